/** Where a run stands and what its reviewers said, as a person asks for it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { round } from './support/run-facts.ts'
import { world } from './support/world.ts'

test('checkpoint and gate-table, of the run whose branch is checked out', async () => {
  const w = world()
  const put = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  put(
    join(w.repo, 'specs/active/cache/tasks.yaml'),
    'tasks:\n  - { id: T001, content: Add a cache, status: pending, file: src/cache.js }\n',
  )
  put(join(w.repo, 'package.json'), '{ "type": "module", "scripts": { "test": "node --test" } }\n')
  w.git('add', '.')
  w.git('commit', '-qm', 'Spec')
  const none = await w.dispatch(['checkpoint'])
  expect(none).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no run belongs to main\nBegin one: dispatch run/),
  })
  await w.ok(['run', 'cache'])
  const head = w.git('rev-parse', 'HEAD').trim()

  expect(await w.ok(['checkpoint'])).toMatch(
    /^cache on feat\/cache: batch 1 of 1, red \(tests first\)\n⋯ T001 Add a cache\n/,
  )
  expect(JSON.parse(await w.ok(['checkpoint', '--json']))).toMatchObject({
    spec_name: 'cache',
    branch: 'feat/cache',
    base_commit: head,
    phase: 'red',
    tasks: { completed: [], in_progress: ['T001'], pending: [] },
    next_batch: { number: 1, tasks: ['T001'], parallel: false },
  })
  expect(readFileSync(join(w.repo, 'specs/active/cache/checkpoint.yaml'), 'utf8')).toMatch(
    /^checkpoint:\n {2}spec_name: cache\n/,
  )
  const early = await w.dispatch(['gate-table'])
  expect(early).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('nothing of cache is reviewed yet'),
  })

  put(join(w.root, 'runs/cache/batch-01/round-1.yaml'), `${JSON.stringify(round(1))}\n`)
  expect(await w.ok(['gate-table'])).toMatch(
    /^\| Gate +\| claude \|\n[\s\S]*\| Security +\| pass +\|\n[\s\S]*No issues\.\n/,
  )
  expect(JSON.parse(await w.ok(['gate-table', '--run', 'cache', '--json']))).toMatchObject({
    run: 'cache',
    batch: 1,
    round: 1,
    gates: { style: 'pass' },
    issues: { critical: [], high: [], medium: [] },
  })

  w.git('switch', '-q', 'main')
  expect(await w.ok(['checkpoint'])).toMatch(/main is checked out here, and the run works on feat\/cache/)
}, 120_000)
