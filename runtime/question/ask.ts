/** The worker's side: publish a question, wait for the answer, acknowledge it. No polling, no lock, no process id. */

import { onChange } from '../io/changes.ts'
import { notNow } from '../io/errors.ts'
import { publishNumbered } from '../io/numbered.ts'
import { publish } from '../io/publishing.ts'
import { readBytesIfThere } from '../io/reading.ts'
import { answerFile, ofAttempt, type Question, readFile, readMailbox } from './mailbox.ts'

export interface Asking {
  ipc: string
  text: string
  /** Questions that belong to earlier attempts. */
  earlier: readonly string[]
  /** Milliseconds. */
  timeout: number
}

/** The answer, byte for byte. @throws exit 75 when none came in time; the question stays open. */
export async function ask({ ipc, text, earlier, timeout }: Asking): Promise<Buffer> {
  const number =
    sameQuestion(ofAttempt(readMailbox(ipc), earlier), text)?.number ??
    publishNumbered(ipc, '.question', `${text}\n`)
  const answer = await answered(ipc, number, timeout)
  if (answer === undefined)
    throw notNow({
      what: `question ${String(number).padStart(3, '0')} is not answered yet; it stays open`,
      next: 'Write to context.md what you know and where you stand, then stop: end your turn with no further work. The answer will resume you.',
    })
  publish(readFile(ipc, number), '')
  return answer
}

/** The same question still unsettled is rejoined, not asked twice (a shell call that was cut off and repeated). */
const sameQuestion = (questions: Question[], text: string) =>
  questions.find((question) => !question.read && question.text === text.replace(/[\r\n]+$/, ''))

function answered(ipc: string, number: number, timeout: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer)
      changes.close()
      settle()
    }
    const look = () => {
      try {
        const answer = readBytesIfThere(answerFile(ipc, number))
        if (answer !== undefined) end(() => resolve(answer))
      } catch (error) {
        end(() => reject(error))
      }
    }
    const timer = setTimeout(() => end(() => resolve(undefined)), timeout)
    const changes = onChange(look)
    changes.follow([ipc])
    look()
  })
}
