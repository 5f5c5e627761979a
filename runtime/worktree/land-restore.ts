/**
 * Takes back a checkout that did not come to its end: files that it had written, in part or whole, become again what
 * they were. What is neither the one nor the other was written by somebody else, and stays.
 */
import { dirname, join } from 'node:path'
import { asText, type BytesResult } from '../io/git-bytes.ts'
import { removeAll, removeIfEmpty } from '../io/handling.ts'
import { readBytesIfThere } from '../io/reading.ts'
import { linkTarget } from '../io/stat.ts'
import { statBelow } from './below.ts'
import { demand, putIndex, withCopy } from './index-copy.ts'

/** Git on the files at `path`, with the index that is named. */
export interface Files {
  path: string
  index: string
  /** The index may be in any state, and is what `from` is afterwards. Else it is that, with what somebody staged. */
  reset: boolean
  run(args: [string, ...string[]], options: { index: string; input?: string }): Promise<BytesResult>
}

/**
 * @param from what was checked out, and will be again
 * @param to what was being put in its place
 * @returns the files that were left as they are, in bytes
 */
export async function restore(files: Files, from: string, to: string): Promise<string[]> {
  const { path } = files
  return withCopy(files.index, async (index) => {
    const run = async (args: [string, ...string[]], input?: string) =>
      demand(
        await files.run(args, { index, ...(input === undefined ? {} : { input }) }),
        'git could not set the files back',
        path,
      ).stdout.split('\0')
    // Keeps what the index knows of files that are the same in both; a half-done merge in it is forgotten.
    if (files.reset) await run(['read-tree', '--reset', from])
    const touched = entriesOf(await run(['diff-tree', '-r', '-z', '--no-renames', from, to, '--']))
    const changed = new Set(await run(['diff', '-z', '--name-only', '--no-renames']))
    const left: string[] = []
    const back: string[] = []
    // Either may have been on its way out when it was killed.
    const isOurs = async (name: string) =>
      (await writtenBy(files, index, to, name)) || (await writtenBy(files, index, from, name))
    for (const { kind, name } of touched) {
      if (kind !== 'A' || statBelow(path, asText(name)) === undefined) continue
      if (await isOurs(name)) removeWithFolders(path, name)
      else left.push(name)
    }
    for (const { kind, name } of touched) {
      if (kind === 'A' || !changed.has(name)) continue
      const there = statBelow(path, asText(name)) !== undefined
      if (there && (await isOurs(name))) back.push(name)
      else (there ? left : back).push(name)
    }
    if (back.length > 0)
      await run(['checkout-index', '--force', '-z', '--stdin'], back.map((name) => `${name}\0`).join(''))
    // With what was put back noted as unchanged.
    await files.run(['update-index', '--refresh', '-q'], { index })
    if (files.reset) putIndex(index, files.index)
    return left
  })
}

/** `:mode mode object object kind NUL name NUL`, without submodules. Pure. */
export function entriesOf(raw: readonly string[]): { kind: string; name: string }[] {
  const entries: { kind: string; name: string }[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [, before, after, kind] = /^:(\d+) (\d+) \S+ \S+ (\w)/.exec(raw[at] ?? '') ?? []
    if (kind !== undefined && before !== '160000' && after !== '160000')
      entries.push({ kind, name: raw[at + 1] ?? '' })
  }
  return entries
}

/** Is this the file of that commit, or the beginning of it (a git that was killed while it wrote)? */
async function writtenBy(
  { path, run }: Files,
  index: string,
  commit: string,
  name: string,
): Promise<boolean> {
  const at = join(path, asText(name))
  const stat = statBelow(path, asText(name))
  const wanted = await run(['cat-file', '--filters', `${commit}:${asText(name)}`], { index })
  if (!wanted.ok || stat === undefined || stat.isDirectory()) return false
  const whole = Buffer.from(wanted.stdout, 'latin1')
  if (stat.isSymbolicLink()) return whole.equals(Buffer.from(linkTarget(at) ?? ''))
  const found = (stat.isFile() ? readBytesIfThere(at) : undefined) ?? Buffer.from('\0')
  return found.length <= whole.length && whole.subarray(0, found.length).equals(found)
}

/** Git makes folders for what it checks out, and takes them along when they are empty. */
export function removeWithFolders(top: string, name: string): void {
  removeAll(join(top, asText(name)))
  for (let folder = dirname(asText(name)); folder !== '.'; folder = dirname(folder))
    if (!removeIfEmpty(join(top, folder))) return
}
