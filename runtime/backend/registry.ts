/** The backends that there are; one line each. */
import { refused } from '../io/errors.ts'
import type { Backend } from './backend.ts'
import { claude } from './claude.ts'
import { command } from './command.ts'
import { demo } from './demo.ts'

const BACKENDS: readonly Backend[] = [claude, command, demo]

/** @throws exit 1 for a name that no backend bears */
export function findBackend(name: string): Backend {
  const backend = BACKENDS.find((candidate) => candidate.name === name)
  if (backend !== undefined) return backend
  throw refused({
    what: `there is no backend ${name}`,
    expected: BACKENDS.map((candidate) => candidate.name).join(', '),
  })
}
