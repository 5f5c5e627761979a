/**
 * Of several imports that cannot be resolved a runner names the first. Where that is the unit under test, the others
 * are looked at here: they have to be there.
 */

import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { readIfThere } from '../../io/reading.ts'
import { statIfThere } from '../../io/stat.ts'
import { importsOf } from './js-imports.ts'
import { maskJs } from './js-mask.ts'
import { candidates, meansOneOf } from './js-modules.ts'
import type { Outcome, RunRequest } from './runner.ts'

type Found = Pick<Outcome, 'cases' | 'files'>

export function withBroken(found: Found, { top, units }: Pick<RunRequest, 'top' | 'units'>): Found {
  return {
    ...found,
    files: found.files.map((file) => {
      if (file.loaded || file.failure?.kind !== 'missing-unit') return file
      const broken = brokenIn(top, file.path, units)
      if (broken === undefined) return file
      return { ...file, failure: { kind: 'import' as const, message: `Cannot find '${broken}'` } }
    }),
  }
}

function brokenIn(top: string, path: string, units: readonly string[] | undefined): string | undefined {
  const source = readIfThere(join(top, path)) ?? ''
  return importsOf(source, maskJs(source))
    .map(({ from }) => from)
    .find((from) => {
      if (/^\.\.?(?:\/|$)/.test(from)) {
        const meant = candidates(from, path, top)
        const bare = from.replace(/[?#].*$/, '')
        const there = [...meant, join(dirname(path), bare)].some(
          (each) => statIfThere(join(top, each)) !== undefined,
        )
        // Without known units anything of the project may be what is to come.
        return !there && units !== undefined && meansOneOf(meant, units) === undefined
      }
      return isPackage(from) && !isInstalled(top, path, from) && !isAlias(top, from)
    })
}

const isPackage = (from: string) => /^(?:@[\w.-]+\/)?[A-Za-z][\w.-]*(?:\/|$)/.test(from) && !isBuiltin(from)

/** Where nothing is installed in the usual way (Plug'n'Play), it cannot be told. */
function isInstalled(top: string, path: string, from: string): boolean {
  const [name = ''] = /^(?:@[^/]+\/)?[^/]+/.exec(from) ?? []
  if (statIfThere(join(top, 'node_modules')) === undefined) return true
  for (let folder = dirname(join(top, path)); ; folder = dirname(folder)) {
    if (statIfThere(join(folder, 'node_modules', name)) !== undefined) return true
    if (folder === dirname(folder)) return false
  }
}

/** A project may give a name to a folder of its own. */
function isAlias(top: string, from: string): boolean {
  const [first = ''] = from.split('/')
  const places = ['package.json', 'tsconfig.json', 'tsconfig.base.json', 'jsconfig.json']
  const configs = ['vite', 'vitest', 'jest'].flatMap((name) =>
    ['ts', 'mts', 'js', 'mjs', 'cjs'].map((end) => `${name}.config.${end}`),
  )
  if (statIfThere(join(top, first)) !== undefined || statIfThere(join(top, 'src', first)) !== undefined)
    return true
  return [...places, ...configs].some((place) => {
    const text = readIfThere(join(top, place)) ?? ''
    return ['"', "'", '^'].some((quote) => text.includes(`${quote}${first}`))
  })
}
