/** What a brief says of the world, besides the facts of the run. */
import { join, posix } from 'node:path'
import { statIfThere } from '../io/stat.ts'
import type { BriefExtras } from './brief-parts.ts'
import type { Attempt, RunFacts } from './facts.ts'
import type { RunPaths } from './paths.ts'
import { contextFor } from './verify-context.ts'

export interface Asking {
  facts: RunFacts
  attempt: Attempt
  paths: RunPaths
  /** Top level of the work tree. */
  top: string
  /** The run, where the caller had to name it. */
  named: string | undefined
  env: NodeJS.ProcessEnv
}

/** What a spec may hold that a role wants to read. */
const DOCUMENTS = ['spec.md', 'context.md', 'tasks.yaml']

/** How some files are run by hand, by runner. Another one is the repository's own command. */
const BY_HAND: Record<string, string> = {
  vitest: 'npx vitest run <file>',
  jest: 'npx jest <file>',
  'node:test': 'node --test <file>',
  pytest: 'python3 -m pytest <file>',
  'go test': 'go test ./<folder>',
}

export async function briefExtras({ facts, attempt, paths, top, named, env }: Asking): Promise<BriefExtras> {
  const { source, policy } = facts.run
  const documents = policy === 'plan' ? [source] : DOCUMENTS.map((name) => posix.join(source, name))
  const own = paths.batch(attempt.batch)
  return {
    top,
    documents: documents.filter((path) => statIfThere(join(top, path)) !== undefined),
    tests: await testsIn(facts, attempt, top, env),
    patchOf: own.patch,
    flags: named === undefined ? '' : ` --run ${named}`,
    acceptedOf: ({ batch, id }) => paths.batch(batch).attempt(id).accepted,
  }
}

async function testsIn(facts: RunFacts, { phase, batch }: Attempt, top: string, env: NodeJS.ProcessEnv) {
  // Reviewers run nothing.
  if (phase === 'review') return { runner: '', command: undefined }
  const { runner } = await contextFor(facts, batch, top, env)
  return { runner: runner.name, command: facts.validation.checks.test?.join(' ') ?? BY_HAND[runner.name] }
}
