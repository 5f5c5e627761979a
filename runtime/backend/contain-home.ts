/**
 * A CLI's own folder in the user's home, as a contained worker has it: one in memory, with what lies in the real one
 * mounted into it. Nothing new can be left there (a hook, an extension, a policy) for the next one outside. Pure.
 */
import { join } from 'node:path'

interface Home {
  folder: string
  /** What lies in it. */
  names: readonly string[]
  /** Folders in it that the CLI writes; they are there. */
  written: readonly string[]
  /** Files that it writes anew in their place. */
  renewed?: RegExp
  /** What it replaces by rename, which a mounted file does not bear: left out, it makes them anew. */
  remade?: RegExp
  /** What is seen in the place of a name: a path by name. */
  replaced?: Readonly<Record<string, string>>
}

/** Bubblewrap's arguments, to stand after those that hold the worker. */
export function homeMounts({ folder, names, written, renewed, remade, replaced = {} }: Home): string[] {
  const at = (name: string) => join(folder, name)
  const others = names.filter(
    (name) => !written.includes(name) && !Object.hasOwn(replaced, name) && remade?.test(name) !== true,
  )
  return [
    ...['--tmpfs', folder],
    ...written.flatMap((name) => ['--bind', at(name), at(name)]),
    ...others.flatMap((name) => [
      renewed?.test(name) === true ? '--bind-try' : '--ro-bind-try',
      at(name),
      at(name),
    ]),
    ...Object.entries(replaced).flatMap(([name, path]) => ['--ro-bind', path, at(name)]),
  ]
}

/** @param wrapper what holds the worker, up to its `--` */
export const withMounts = (wrapper: readonly string[], mounts: readonly string[]) => [
  ...wrapper.slice(0, -1),
  ...mounts,
  ...wrapper.slice(-1),
]
