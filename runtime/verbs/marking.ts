/** What begin, tick, block and fail share: mark item N, then show the notes that arrived meanwhile. */
import { misused } from '../io/errors.ts'
import { mark } from '../task/checklist.ts'
import { unreadNotes } from '../task/notes.ts'
import { CHARACTER, type Mark } from '../task/plan.ts'
import { needed, textFrom } from './args.ts'
import type { Verb, VerbIo } from './verb.ts'
import { worker } from './worker.ts'

interface Marking {
  mark: Exclude<Mark, 'open'>
  /** What the text after the number is, and whether it must be there. */
  text: { as: 'note' | 'blocker' | 'error'; required: boolean }
  help: string
}

export const marking =
  ({ mark: to, text: { as, required }, help }: Marking): Verb =>
  async (argv, io) => {
    const [n, ...words] = argv
    const me = worker(io)
    // Standard input is read only where it was asked for: a worker's shell may hold it open.
    const text = words.length > 0 || required ? textFrom(words, io)?.trim() : undefined
    if (required && !text) throw misused({ what: 'the text is missing', next: help.split('\n')[0] })
    const { number, item, done, total } = mark(
      me.paths.folder,
      me.attempt,
      needed(n, 'the item number', help),
      to,
      text ? { [as]: text } : {},
    )
    io.stdout(`${number} [${CHARACTER[to]}] ${item.text} (${done}/${total})\n`)
    showNotes(io)
    return 0
  }

/** Notes go to stderr, so that stdout stays what the verb says. */
export function showNotes(io: VerbIo): void {
  for (const { number, text } of unreadNotes(worker(io).paths)) io.stderr(`note ${number}: ${text}\n`)
}
