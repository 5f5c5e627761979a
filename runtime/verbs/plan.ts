import { numberedText, showNumbered } from '../task/checklist.ts'
import { nothingMore, parse } from './args.ts'
import { showNotes } from './marking.ts'
import type { Verb } from './verb.ts'
import { worker } from './worker.ts'

export const help = `dispatch plan [--json]      (worker) the checklist with its numbers, and notes from the lead

Example: dispatch plan
`

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(argv, { json: { type: 'boolean' } }, help)
  nothingMore(positionals, help)
  const me = worker(io)
  const checklist = showNumbered(me.paths.folder, me.attempt)
  const items = checklist.plan.items.map(({ index, mark, text, note }) => ({
    number: index + 1,
    mark,
    text,
    note: note ?? null,
  }))
  io.stdout(values.json ? `${JSON.stringify({ items })}\n` : `${numberedText(checklist)}\n`)
  showNotes(io)
  return 0
}
