/** The lead's side: which question is meant, and the answer in its place, written once. */
import { cut, oneLine } from '../io/cells.ts'
import { refused } from '../io/errors.ts'
import { threeDigits } from '../io/numbered.ts'
import { publish } from '../io/publishing.ts'
import { answerFile, isOpen, type Question } from './mailbox.ts'

/** The open question that is meant: the only one, or the one with that number. @throws exit 1 */
export function openQuestion(id: string, questions: Question[], number: number | undefined): Question {
  const open = questions.filter(isOpen)
  if (number !== undefined) {
    const question = questions.find((candidate) => candidate.number === number)
    if (question === undefined)
      throw refused({ what: `${id} has no question ${threeDigits(number)}`, next: listed(id, open) })
    if (question.answered) throw already(id, number)
    return question
  }
  const [only, another] = open
  if (only === undefined)
    throw refused({ what: `${id} has no open question`, next: `See: dispatch status ${id}` })
  if (another !== undefined)
    throw refused({ what: `${id} has ${open.length} open questions; say which`, next: listed(id, open) })
  return only
}

/** Publishes the answer. @throws exit 1 when somebody was faster */
export function answer(id: string, ipc: string, number: number, text: string | Uint8Array): void {
  if (!publish(answerFile(ipc, number), text)) throw already(id, number)
}

const already = (id: string, number: number) =>
  refused({
    what: `question ${threeDigits(number)} of ${id} was answered already; the first answer stands`,
    next: `To add something: dispatch note ${id} <text>`,
  })

/** Enough to choose one; a worker may have asked any number, at any length. */
const MOST = { questions: 5, cells: 100 }

function listed(id: string, open: Question[]): string {
  if (open.length === 0) return 'None is open.'
  const lines = open.slice(0, MOST.questions).map(({ number, text }) => {
    const [first = ''] = text.split('\n')
    return `dispatch answer ${id} ${threeDigits(number)} …   # ${cut(oneLine(first), MOST.cells)}`
  })
  const more = open.length - lines.length
  return [...lines, ...(more > 0 ? [`and ${more} more: dispatch status ${id}`] : [])].join('\n')
}
