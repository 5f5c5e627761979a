/** The worker that ships with dispatch: it plays a plan through, needs no key and no AI CLI, and says so. */
import { bundled } from '../io/places.ts'
import type { Backend } from './backend.ts'
import { command } from './command.ts'
import { plainEnd } from './ends.ts'

export const demo: Backend = {
  name: 'demo',
  program: undefined,
  install: 'it is always there',
  resumes: false,
  find: () => process.execPath,
  plan: () =>
    Promise.resolve({
      argv: bundled('demo-worker', 'backend/demo-worker.ts'),
      env: {},
      containment: 'none' as const,
    }),
  reader: () => command.reader(),
  classify: plainEnd,
  transcript: (line) => line,
}
