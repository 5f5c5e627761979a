import { misused } from '../io/errors.ts'
import { threeDigits } from '../io/numbered.ts'
import { refuseLink } from '../io/stat.ts'
import { taskPaths } from '../task/directory.ts'
import { writeNote } from '../task/notes.ts'
import { needed, textFrom, usageOf } from './args.ts'
import { existing, groundFor } from './ground.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch note <id> [text | -]   a note that the worker sees with its next step

Example: dispatch note security-audit "Look at the webhook first."
`

export const run: Verb = async (argv, io) => {
  const [word, ...rest] = argv
  const { root } = groundFor(io)
  const id = existing(root, needed(word, 'the task id', help))
  const text = textFrom(rest, io)
  if (text === undefined || text.trim() === '')
    throw misused({ what: 'the note is missing', next: usageOf(help) })
  const paths = taskPaths(root, id)
  refuseLink(paths.notes)
  io.stdout(`Note ${threeDigits(writeNote(paths, text))} for ${id}.\n`)
  return 0
}
