import { isMerging } from '../attempt/landing.ts'
import { observe } from '../attempt/observe.ts'
import { notNow, refused } from '../io/errors.ts'
import { answer } from '../question/answer.ts'
import { isOpen } from '../question/mailbox.ts'
import { isOver } from '../task/status.ts'
import { again } from './again.ts'
import { giveAnswer } from './answering.ts'
import { needed, nothingMore, parse } from './args.ts'
import { existing, groundFor } from './ground.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch resume <id> [--answer T | --answer -] [--json]   the same conversation goes on, where the worker's CLI can

Exits 75 while it is running, asking or queued, 1 when it is done.
Example: dispatch resume security-audit --answer "Focus on JWT."
`

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(argv, { answer: { type: 'string' }, json: { type: 'boolean' } }, help)
  nothingMore(positionals.slice(1), help)
  const ground = groundFor(io)
  const id = existing(ground.root, needed(positionals[0], 'the task id', help))
  const message = values.answer === '-' ? io.stdin() : values.answer
  // What answers the one open question is its answer; anything else is said beside it.
  const { state, questions, paths } = observe(ground.root, id)
  const [question, another] = questions.filter(isOpen)
  const answers = message !== undefined && question !== undefined && another === undefined
  if (answers && state === 'parked') return giveAnswer(ground, id, question, message, io)
  // A worker that is gone for another reason (stopped, lost) is told the answer when it goes on.
  if (answers && isOver(state)) answer(id, paths.ipc, question.number, message)
  return again(ground, id, io, {
    kind: 'resume',
    json: values.json,
    message: answers ? undefined : message,
    check: (task) => {
      if (['running', 'asking', 'queued'].includes(task.state))
        throw notNow({
          what: `${id} is ${task.state}`,
          next: task.state === 'asking' ? `Answer it: dispatch answer ${id} …` : `See: dispatch status ${id}`,
        })
      if (task.state === 'done' && !isMerging(task.paths))
        throw refused({
          what: `${id} is done`,
          next: `Its result: dispatch output ${id}. To do more: dispatch start another task.`,
        })
    },
  })
}
