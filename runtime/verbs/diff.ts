import { taskDiff } from '../attempt/diff.ts'
import { forReader } from '../io/console.ts'
import { canDraw, columns } from '../io/screen.ts'
import { filesOf, patch, statOf } from '../worktree/diff.ts'
import { needed, nothingMore, parse } from './args.ts'
import { existing } from './ground.ts'
import { readingRoot } from './root.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch diff <id> [--stat] [--json]   what the task changed: committed, uncommitted, untracked; a patch for git apply

Example: dispatch diff api-tests --stat
`

const PIPE = 100
const STDOUT = 1

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(argv, { stat: { type: 'boolean' }, json: { type: 'boolean' } }, help)
  nothingMore(positionals.slice(1), help)
  const root = readingRoot(io)
  const id = existing(root, needed(positionals[0], 'the task id', help))
  const { compared, worktree, branch, notices } = await taskDiff(root, id)
  for (const notice of notices) io.stderr(`${id}: ${notice}\n`)
  const bytes = (text: string) => Buffer.from(text, 'latin1')
  if (values.json) {
    const files = await filesOf(compared)
    io.stdout(`${JSON.stringify({ id, base: compared.base, branch, worktree, files })}\n`)
  } else if (values.stat) {
    const stat = await statOf(compared, canDraw(io.env) ? columns(PIPE) : PIPE)
    io.stdout(forReader(bytes(stat).toString('utf8')))
  } else if (process.stdout.isTTY) io.stdout(forReader(bytes(await patch(compared)).toString('utf8')))
  else await patch(compared, STDOUT)
  return 0
}
