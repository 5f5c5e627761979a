/** What a checkout would write over although git does not know it: ignored files, too, which git itself gives up. */
import { join } from 'node:path'
import { refused } from '../io/errors.ts'
import { asText, gitBytes } from '../io/git-bytes.ts'
import { statIfThere } from '../io/stat.ts'
import { obstacleOn } from './below.ts'
import { demand } from './index-copy.ts'
import { entriesOf } from './land-restore.ts'
import { someOf } from './stage.ts'

/** @throws exit 1 naming them */
export async function refuseLosing(here: string, from: string, to: string): Promise<void> {
  const run = async (...args: string[]) =>
    demand(await gitBytes(here, args), 'git could not compare', here).stdout.split('\0')
  const added = entriesOf(await run('diff-tree', '-r', '-z', '--no-renames', from, to, '--')).filter(
    ({ kind }) => kind === 'A',
  )
  if (added.length === 0) return
  const known = new Set((await run('ls-files', '-z')).map(asText))
  const lost = added.flatMap(({ name }) => inTheWay(here, asText(name), known) ?? [])
  if (lost.length === 0) return
  throw refused({
    what: 'files that git does not know would be written over, so nothing was landed',
    where: here,
    found: someOf([...new Set(lost)].map((name) => Buffer.from(name).toString('latin1'))),
    next: 'Move them away, or add and commit them, then run the same command again.',
  })
}

/** What lies at the place of a new file, or of a folder on the way to it, and is not tracked. */
function inTheWay(top: string, name: string, known: ReadonlySet<string>): string | undefined {
  const obstacle = obstacleOn(top, name)
  if (obstacle !== undefined) return known.has(obstacle) ? undefined : obstacle
  const stat = statIfThere(join(top, name))
  if (stat === undefined || known.has(name)) return undefined
  // A folder of tracked files makes room by itself, if git finds nothing else in it.
  const makesRoom = stat.isDirectory() && [...known].some((each) => each.startsWith(`${name}/`))
  return makesRoom ? undefined : name
}
