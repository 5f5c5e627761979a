/**
 * Who is about to launch a queued attempt. As long as that process lives others leave the attempt to it, and count it
 * as running; a killed one holds nothing.
 */
import { DispatchError } from '../io/errors.ts'
import { removeAll } from '../io/handling.ts'
import { here, isAlive } from '../io/processes.ts'
import { replace } from '../io/publishing.ts'
import { readIfThere } from '../io/reading.ts'

/** Where it cannot be written (a full disk), the task's lock alone keeps two from launching it. @param path the attempt's `starter` */
export function takeInHand(path: string): void {
  try {
    replace(path, ownLine())
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
  }
}

/** By another process than this one. */
export function isInOtherHands(path: string): boolean {
  const text = readIfThere(path)
  const [, pid, start] = /^(\d+) (.+)\n$/.exec(text ?? '') ?? []
  return start !== undefined && text !== ownLine() && isAlive({ pid: Number(pid), start })
}

/** What another one took meanwhile stays theirs. Says whether it was ours. */
export function letGo(path: string): boolean {
  const isOurs = readIfThere(path) === ownLine()
  if (isOurs) removeAll(path)
  return isOurs
}

let line: string | undefined
const ownLine = () => (line ??= `${process.pid} ${here.startOf(process.pid)}\n`)
