import { type Cleaning, cleanTasks, type Found } from '../attempt/clean.ts'
import { cleanLeftovers } from '../attempt/clean-leftovers.ts'
import { endKilled } from '../attempt/land.ts'
import { reconcile } from '../attempt/reconcile.ts'
import { oneLine } from '../io/cells.ts'
import { removeAll } from '../io/handling.ts'
import { withLock } from '../io/lock.ts'
import { sayBytes, sizeOf } from '../io/size.ts'
import { lockOf } from '../task/directory.ts'
import { staleSessions } from '../watch/stale.ts'
import { findRepository } from '../worktree/repository.ts'
import { nothingMore, parse } from './args.ts'
import { existing, groundFor } from './ground.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch clean [id] [--yes] [--json]   says what is finished and can go, and how much that frees; --yes removes it

Without an id: worktrees and branches whose work is landed, and what killed commands left. With one: that task whole.
Work that is not landed stays: uncommitted changes are committed to the task's branch, and the branch is kept.
Example: dispatch clean --yes
`

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(argv, { yes: { type: 'boolean' }, json: { type: 'boolean' } }, help)
  nothingMore(positionals.slice(1), help)
  const ground = groundFor(io)
  const { root } = ground
  const asked = positionals[0] === undefined ? undefined : existing(root, positionals[0])
  if (asked !== undefined) await reconcile(ground, asked)
  const act = values.yes === true
  const cleaning: Cleaning = { ground, repository: findRepository(io.cwd), asked, act }
  // What lands now is not cleaned away, and the other way round.
  const found = act
    ? await withLock(lockOf(root, '.land'), async () => {
        await endKilled(root, (line) => io.stderr(`${line}\n`))
        return clean(cleaning)
      })
    : await clean(cleaning)
  io.stdout(values.json ? `${JSON.stringify(asJson(found, act))}\n` : text(found, act, asked))
  return asked !== undefined && !found.some(({ goes }) => goes) ? 1 : 0
}

async function clean(cleaning: Cleaning): Promise<Found[]> {
  const tasks = await cleanTasks(cleaning)
  if (cleaning.asked !== undefined) return tasks
  const sessions = staleSessions(cleaning.ground.root).map(
    (name): Found => ({
      ...{ id: null, what: 'leftover', name, bytes: sizeOf(name), goes: true },
      why: 'a session that is long gone',
    }),
  )
  if (cleaning.act) for (const { name } of sessions) removeAll(name)
  return [...tasks, ...(await cleanLeftovers(cleaning)), ...sessions]
}

const bytesOf = (found: Found[]) => found.reduce((sum, { bytes, goes }) => sum + (goes ? bytes : 0), 0)

const asJson = (found: Found[], done: boolean) => ({
  removes: found.flatMap(({ goes, ...each }) => (goes ? [each] : [])),
  keeps: found.flatMap(({ goes, id, what, name, why }) => (goes ? [] : [{ id, what, name, why }])),
  bytes: bytesOf(found),
  done,
})

function text(found: Found[], done: boolean, asked: string | undefined): string {
  const verb = done ? 'Removed' : 'Would remove'
  const line = ({ id, what, name, bytes, goes, why }: Found) => {
    const size = goes && bytes > 0 ? `, ${sayBytes(bytes)}` : ''
    return oneLine(
      `${goes ? verb : 'Kept'}: ${id === null ? '' : `${id}: `}${what} ${name}${size}${why === null ? '' : ` — ${why}`}`,
    )
  }
  const lines = [...found].sort((a, b) => Number(a.goes) - Number(b.goes)).map(line)
  const how = `dispatch clean ${asked === undefined ? '' : `${asked} `}--yes`
  if (!found.some(({ goes }) => goes)) lines.push('Nothing to remove.')
  else if (done) lines.push(`${sayBytes(bytesOf(found))} freed.`)
  else lines.push(`That frees ${sayBytes(bytesOf(found))}. To do it: ${how}`)
  return lines.map((each) => `${each}\n`).join('')
}
