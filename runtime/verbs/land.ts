import { landTask } from '../attempt/land.ts'
import { misused } from '../io/errors.ts'
import { needed, nothingMore, parse, usageOf } from './args.ts'
import { existing, groundFor } from './ground.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch land <id> [--verify CMD] [--squash] [--message M] [--json]   brings a worktree's work into the branch you are on

CMD is run by sh -c in the worktree, on the merged tree; if it fails, nothing is landed.
Conflicts are left in the worktree, for its worker to resolve. Without --squash it is a merge commit.
Example: dispatch land api-tests --verify "npm ci && npm test"
`

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(
    argv,
    {
      verify: { type: 'string' },
      squash: { type: 'boolean' },
      merge: { type: 'boolean' },
      message: { type: 'string', short: 'm' },
      json: { type: 'boolean' },
    },
    help,
  )
  nothingMore(positionals.slice(1), help)
  if (values.squash && values.merge)
    throw misused({ what: 'either --squash or --merge', next: usageOf(help) })
  const message = values.message === '-' ? io.stdin() : values.message
  for (const [name, text] of [
    ['--verify', values.verify],
    ['--message', message],
  ])
    if (text?.trim() === '') throw misused({ what: `${name} is empty`, next: usageOf(help) })
  const ground = groundFor(io)
  const id = existing(ground.root, needed(positionals[0], 'the task id', help))
  const { into, onto, commit, head } = await landTask(ground, {
    id,
    cwd: io.cwd,
    command: values.verify,
    squash: values.squash === true,
    message,
    say: (line) => io.stderr(`${id}: ${line}\n`),
  })
  const short = (name: string) => name.slice(0, 12)
  io.stdout(
    values.json
      ? `${JSON.stringify({ id, into, onto, commit, head })}\n`
      : `Landed ${id} on ${into}: ${short(onto)}..${short(commit)}. Remove what is left: dispatch clean ${id}\n`,
  )
  return 0
}
