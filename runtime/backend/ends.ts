/** How an end is classified where the worker's CLI says nothing of its own. */
import type { End, Failure } from './backend.ts'

/** A limit that is over so soon is left to the CLI, which repeats the request by itself (ms). */
export const NEAR = 60_000

/** Undefined for exit code 0; what was never seen before is `crashed` with its last lines, never success. */
export function plainEnd({ code, signal, stderr }: End): Failure | undefined {
  if (signal !== null)
    return {
      class: 'killed',
      message: `It was ended by ${signal}${signal === 'SIGKILL' ? ' (by hand, or because memory ran out)' : ''}, which dispatch did not send.`,
    }
  if (code === 0) return undefined
  if (code === 127)
    return { class: 'cli-missing', message: lastLines(stderr) || 'The program was not found.' }
  return { class: 'crashed', message: `It ended with exit code ${code}. ${lastLines(stderr)}`.trim() }
}

/** The last three lines that say something, as one text of at most 300 characters. */
export function lastLines(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(-3)
  const joined = [...lines.join(' / ')]
  return joined.length <= 300 ? joined.join('') : `…${joined.slice(-299).join('')}`
}
