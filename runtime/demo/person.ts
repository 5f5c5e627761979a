/** The one who answers: the person at the terminal, or nobody. */
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { canDraw } from '../io/screen.ts'

/** How long nobody is waited for (ms). */
const MOMENT = 1000

export const somebodyIsThere = (env: NodeJS.ProcessEnv) =>
  process.stdin.isTTY === true && canDraw(env) && !env.CI

/** What was typed; empty for Enter alone, for the end of input, and where nobody is there. */
export async function typedLine(env: NodeJS.ProcessEnv): Promise<string> {
  if (!somebodyIsThere(env)) {
    await sleep(MOMENT)
    return ''
  }
  // The terminal edits the line itself, so that Ctrl-C stays the signal that it is.
  const lines = createInterface({ input: process.stdin, terminal: false })
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      resolve(line.trim())
      lines.close()
    })
    lines.once('close', () => resolve(''))
  })
}
