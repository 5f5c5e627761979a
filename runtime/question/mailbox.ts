/**
 * The mailbox of a task, `ipc/`: NNN.question, NNN.answer, NNN.done. The files are the protocol; whoever writes
 * them by hand is as good as the verbs.
 */
import { join } from 'node:path'
import { namesIn } from '../io/folders.ts'
import { threeDigits } from '../io/numbered.ts'
import { readFrom } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'

export interface Question {
  number: number
  /** Without the line ends that `echo` leaves behind. */
  text: string
  /** ISO 8601. */
  askedAt: string
  answered: boolean
  /** The worker has read the answer. */
  read: boolean
  /** Names this very file: a number that is asked anew is another question. */
  identity: string
}

export const answerFile = (ipc: string, number: number) => join(ipc, `${threeDigits(number)}.answer`)
export const readFile = (ipc: string, number: number) => join(ipc, `${threeDigits(number)}.done`)

/** Bytes of a question that are read: what is longer is no question, and would keep everybody who looks waiting. */
const LONGEST = 1 << 18

/** Questions that are looked at, the newest ones; nobody answers more. */
const MOST = 1000

/** Everything that was asked, in the order of the numbers. Links and folders in the mailbox are not questions. */
export function readMailbox(ipc: string): Question[] {
  // A worker may have laid a link in the place of the folder.
  const names = new Set(statIfThere(ipc)?.isDirectory() ? namesIn(ipc) : [])
  const numbers = [...names].flatMap((name) => Number(/^(\d{3,})\.question$/.exec(name)?.[1]) || [])
  const newest = numbers.sort((a, b) => a - b).slice(-MOST)
  return newest.flatMap((number) => {
    const name = `${threeDigits(number)}.question`
    const stat = statIfThere(join(ipc, name))
    if (!stat?.isFile()) return []
    const at = threeDigits(number)
    return [
      {
        number,
        text: readFrom(join(ipc, name), 0, LONGEST)
          .toString('utf8')
          .replace(/[\r\n]+$/, ''),
        askedAt: stat.mtime.toISOString(),
        answered: names.has(`${at}.answer`),
        read: names.has(`${at}.done`),
        identity: `${at}:${stat.ino}`,
      },
    ]
  })
}

/** The questions of an attempt: those that were not there before it (or were asked anew since). */
export const ofAttempt = (questions: Question[], earlier: readonly string[]) =>
  questions.filter(({ identity }) => !earlier.includes(identity))

export const isOpen = ({ answered }: Question) => !answered
