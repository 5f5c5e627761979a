/**
 * A run as the engine leaves it when roles are to begin: a small project on node:test, one batch of two tasks, and the
 * attempts that a test asks for. Written as files, so that one verb is tested without the others.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Accepted } from '../../runtime/run/facts.ts'
import { runPaths } from '../../runtime/run/paths.ts'
import { openRoot } from '../../runtime/task/root.ts'
import type { World } from './world.ts'

const RUN = 'cache'

export interface Stage {
  world: World
  base: { commit: string; tree: string }
  /** A file of the work tree. */
  file(path: string, text: string): void
  /** Asks for an attempt; `taken`: its brief was taken at a terminal. */
  spawn(id: string, more?: { taken?: boolean; why?: string[]; accepted?: Accepted }): void
  attempt(id: string): ReturnType<ReturnType<ReturnType<typeof runPaths>['batch']>['attempt']>
  batch: ReturnType<ReturnType<typeof runPaths>['batch']>
  /** Names of what was handed in, with their verdicts. */
  submissions(id: string): string[]
}

const TASKS = [
  { id: 'T1', content: 'Add a cache.', activeForm: 'Adding a cache', files: ['src/cache.js'], testHints: [] },
  { id: 'T2', content: 'Add a clock.', activeForm: 'Adding a clock', files: ['src/clock.js'], testHints: [] },
]

export async function runStage(world: World): Promise<Stage> {
  const file = (path: string, text: string) => {
    const full = join(world.repo, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text)
  }
  file('package.json', '{ "type": "module", "scripts": { "test": "node --test" } }\n')
  file('src/main.js', 'export const main = 1\n')
  file(
    'test/main.test.js',
    "import { test } from 'node:test'\nimport assert from 'node:assert'\nimport { main } from '../src/main.js'\ntest('main', () => assert.equal(main, 1))\n",
  )
  file('specs/active/cache/spec.md', '# Cache\n')
  file('.gitignore', '.dispatch\n')
  world.git('checkout', '-q', '-b', 'feat/cache')
  world.git('add', '-A')
  world.git('commit', '-q', '-m', 'Begin')
  const base = {
    commit: world.git('rev-parse', 'HEAD').trim(),
    tree: world.git('rev-parse', 'HEAD^{tree}').trim(),
  }
  await openRoot(world.state, world.root)
  const paths = runPaths(world.root, RUN)
  const batch = paths.batch(1)
  const created = new Date().toISOString()
  fact(paths.run, {
    name: RUN,
    policy: 'spec',
    source: 'specs/active/cache',
    branch: 'feat/cache',
    base: base.commit,
    session: null,
    created,
  })
  fact(join(paths.plans, '001.yaml'), {
    tasks: TASKS,
    batches: [{ number: 1, tasks: ['T1', 'T2'], phase: null }],
  })
  fact(paths.active, undefined, `${world.repo}\n`)
  fact(batch.base, { ...base, at: created })
  fact(batch.baseline, { failed: [], files: [], checks: {} })
  return {
    world,
    base,
    file,
    batch,
    attempt: batch.attempt,
    spawn(id, { taken = false, why = [], accepted } = {}) {
      const own = batch.attempt(id)
      fact(own.spawn, { why, at: created })
      if (taken || accepted !== undefined) fact(own.claim, { session: null, agent: null, at: created })
      if (accepted !== undefined) fact(own.accepted, accepted)
    },
    submissions(id) {
      const { submissions } = batch.attempt(id)
      return existsSync(submissions) ? readdirSync(submissions).filter((name) => !name.startsWith('.')) : []
    },
  }
}

function fact(path: string, value: unknown, text = `${JSON.stringify(value)}\n`): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

export const textOf = (path: string): string => readFileSync(path, 'utf8')
