import { observe } from '../attempt/observe.ts'
import { misused } from '../io/errors.ts'
import { threeDigits } from '../io/numbered.ts'
import { openQuestion } from '../question/answer.ts'
import { giveAnswer } from './answering.ts'
import { needed, textFrom, usageOf } from './args.ts'
import { existing, groundFor } from './ground.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch answer <id> [NNN] [text | -]   answers a worker's open question; a parked worker goes on with it

Example: dispatch answer security-audit 001 "Yes, flag it."
`

export const run: Verb = async (argv, io) => {
  const [word, ...rest] = argv
  const ground = groundFor(io)
  const id = existing(ground.root, needed(word, 'the task id', help))
  const { questions } = observe(ground.root, id)
  // Three digits name a question only when there is such a question: an answer may be a number.
  const named =
    /^\d{3}$/.test(rest[0] ?? '') && questions.some(({ number }) => threeDigits(number) === rest[0])
  const question = openQuestion(id, questions, named ? Number(rest[0]) : undefined)
  const text = textFrom(named ? rest.slice(1) : rest, io)
  if (text === undefined || text === '') throw misused({ what: 'the answer is missing', next: usageOf(help) })
  return giveAnswer(ground, id, question, text, io)
}
