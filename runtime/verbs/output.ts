import { observe } from '../attempt/observe.ts'
import { forReader } from '../io/console.ts'
import { refused, unreadable } from '../io/errors.ts'
import { readOwnIfThere } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'
import { needed, nothingMore, parse } from './args.ts'
import { existing } from './ground.ts'
import { readingRoot } from './root.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch output <id> [--json]   what the task delivered: its output.md, else the worker's last message

Example: dispatch output security-audit
`

/** Nobody reads more, and more does not fit into a text (bytes). */
const LARGEST = 256 << 20

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(argv, { json: { type: 'boolean' } }, help)
  const [word, ...rest] = positionals
  nothingMore(rest, help)
  const root = readingRoot(io)
  const id = existing(root, needed(word, 'the task id', help))
  const { paths, exit, state } = observe(root, id)
  const size = statIfThere(paths.output)?.size ?? 0
  if (size > LARGEST)
    throw unreadable({
      what: 'this is too large to be shown',
      where: paths.output,
      expected: `at most ${LARGEST >> 20} MB`,
      found: `${size} bytes`,
      next: 'Look at the file itself.',
    })
  const output = readOwnIfThere(paths.output)
  const text = output !== undefined && output.length > 0 ? output : exit?.final_text
  if (!text)
    throw refused({
      what: `${id} has delivered nothing yet; it is ${state}`,
      where: paths.output,
      next: `See: dispatch status ${id}`,
    })
  if (values.json) io.stdout(`${JSON.stringify({ id, state, text: String(text) })}\n`)
  else if (typeof text === 'string') io.stdout(forReader(`${text.trimEnd()}\n`))
  else if (process.stdout.isTTY) io.stdout(forReader(text.toString('utf8')))
  else io.stdout(text)
  return 0
}
