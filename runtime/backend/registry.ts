/** The backends that there are; one line each. */
import { refused } from '../io/errors.ts'
import type { Backend } from './backend.ts'
import { claude } from './claude.ts'
import { codex } from './codex.ts'
import { command } from './command.ts'
import { cursor } from './cursor.ts'
import { demo } from './demo.ts'
import { gemini } from './gemini.ts'
import { opencode } from './opencode.ts'

const BACKENDS: readonly Backend[] = [claude, codex, gemini, cursor, opencode, command, demo]

export const backendNamed = (name: string): Backend | undefined =>
  BACKENDS.find((candidate) => candidate.name === name)

/** @throws exit 1 for a name that no backend bears */
export function findBackend(name: string): Backend {
  const backend = backendNamed(name)
  if (backend !== undefined) return backend
  throw refused({
    what: `there is no backend ${name}`,
    expected: BACKENDS.map((candidate) => candidate.name).join(', '),
  })
}
