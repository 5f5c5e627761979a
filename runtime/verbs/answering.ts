/** What `answer` and `resume --answer` share: the answer published, and a worker that is gone brought back with it. */
import type { Ground } from '../attempt/ground.ts'
import { observe } from '../attempt/observe.ts'
import { queueAnswered } from '../attempt/reconcile.ts'
import { launchIfReady } from '../attempt/schedule.ts'
import { threeDigits } from '../io/numbered.ts'
import { publish } from '../io/publishing.ts'
import { answer } from '../question/answer.ts'
import type { Question } from '../question/mailbox.ts'
import { isOver } from '../task/status.ts'
import { questionKey } from '../watch/events.ts'
import { markTold, sessionId, TERMINAL } from '../watch/session.ts'
import { wakeLineIfNeeded } from '../watch/wake.ts'
import type { VerbIo } from './verb.ts'

export async function giveAnswer(
  ground: Ground,
  id: string,
  question: Question,
  text: string,
  { env, stdout }: VerbIo,
): Promise<number> {
  const { root } = ground
  const { paths, attempt } = observe(root, id)
  if (attempt !== undefined) publish(attempt.paths.answered, '')
  answer(id, paths.ipc, question.number, text)
  // Published first, looked at again after: a worker that left meanwhile is brought back.
  const resumed = (await queueAnswered(ground, id)) ? await launchIfReady(ground, id) : undefined
  markTold(root, sessionId(env) ?? TERMINAL, questionKey(id, question))
  const { state } = observe(root, id)
  stdout(
    `Answered ${id} ${threeDigits(question.number)}; ${resumed === undefined ? '' : 'resumed, '}it is ${state}.\n`,
  )
  if (isOver(state) && state !== 'done') stdout(`To go on with it: dispatch resume ${id}\n`)
  if (resumed?.problem !== undefined) throw resumed.problem
  const wake = wakeLineIfNeeded(root, env)
  if (wake !== undefined) stdout(`${wake}\n`)
  return 0
}
