/** The documents of a spec, as people write them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readDependencies } from './dependencies.ts'
import { findSpec } from './find.ts'
import { gatesOf } from './gates.ts'
import { readTasks, setStatuses } from './tasks.ts'
import { addOverrides, readValidation } from './validation.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spec '))
})
afterEach(() => rmSync(folder, { recursive: true }))
const write = (name: string, text: string) => {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  return path
}

const TASKS = `# The cache
spec: cache
code: PH2
next_id: 5
tasks:
  - id: PH2-001   # first
    content: "Add the cache [P]"
    status: completed
    active_form: Adding the cache
    file: ./src//cache.ts
    test_hints: expiry
    mine: kept
  - id: 2
    content: Use it
    status: pending
    files: [src/a.ts, src/b.ts]
    depends_on: [PH2-001]
    test_hints: [one, two]
phases:
  - name: Base
    task_ids: [PH2-001]
    checkpoint: { description: it runs, criteria: [a], verified: false }
meta: { created: 2026-01-01, last_updated: 2026-01-02T00:00:00Z, progress: 1/2 }
`

describe('tasks.yaml', () => {
  test('is read as people mean it', () =>
    expect(readTasks(write('t.yaml', TASKS))).toEqual({
      tasks: [
        {
          id: 'PH2-001',
          content: 'Add the cache [P]',
          status: 'completed',
          activeForm: 'Adding the cache',
          files: ['src/cache.ts'],
          testHints: ['expiry'],
          dependsOn: [],
          parallel: true,
        },
        {
          id: '2',
          content: 'Use it',
          status: 'pending',
          activeForm: 'Use it',
          files: ['src/a.ts', 'src/b.ts'],
          testHints: ['one', 'two'],
          dependsOn: ['PH2-001'],
          parallel: undefined,
        },
      ],
      phases: [{ name: 'Base', tasks: ['PH2-001'] }],
      updated: expect.stringContaining('2026-01-02'),
    }))

  test.each([
    ['not YAML', (text: string) => text.replace('spec: cache', 'spec: [cache'), /not YAML: .*t\.yaml:\d+/],
    [
      'a status',
      (text: string) => text.replace('pending', 'later'),
      /tasks\[2\]\.status.*t\.yaml:15\nexpected pending, in_progress, completed, found "later"/s,
    ],
    ['an id twice', (text: string) => text.replace('id: 2', 'id: PH2-001'), /tasks\[2\]\.id.*t\.yaml:13/s],
    ['no id', (text: string) => text.replace('id: 2', 'name: 2'), /tasks\[2\].*t\.yaml:13.*the key id/s],
    [
      'an unknown dependency',
      (text: string) => text.replace('[PH2-001]\n    test', '[PH9]\n    test'),
      /tasks\[2\]\.depends_on\[1\].*t\.yaml:17.*"PH9"/s,
    ],
    [
      'an unknown id in a phase',
      (text: string) => text.replace('task_ids: [PH2-001]', 'task_ids: [X]'),
      /phases\[1\]\.task_ids\[1\].*t\.yaml:21/s,
    ],
    ['a list instead of a mapping', () => '- a\n', /t\.yaml:1.*a mapping/s],
  ])('%s is a complaint with its line, and the file stays', (_, change, message) => {
    const text = change(TASKS)
    const path = write('t.yaml', text)
    expect(() => readTasks(path)).toThrow(message)
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('that is not there', () =>
    expect(() => readTasks(join(folder, 't.yaml'))).toThrow(/a spec needs this file/))

  test('keeps comments and keys when a status changes', () => {
    const path = write('t.yaml', TASKS)
    setStatuses(path, new Map([['2', 'completed']]), new Date('2026-03-04T05:06:07Z'))
    expect(readFileSync(path, 'utf8')).toBe(
      TASKS.replace('status: pending', 'status: completed').replace(
        '2026-01-02T00:00:00Z',
        '2026-03-04T05:06:07.000Z',
      ),
    )
  })
})

describe('dependencies.yaml', () => {
  test('is read', () =>
    expect(
      readDependencies(
        write(
          'd.yaml',
          `phases:
  - { id: 1, name: Base, tasks: [{ id: T1, file: ./a.ts }, { id: T2, depends_on: [T1] }] }
batches: [{ batch: 1, tasks: [T1] }, { batch: 2, tasks: [T2] }]
actions:
  - { id: D1, type: delete, file: old.ts, depends_on: [T2] }
  - { id: M1, type: move, from: a, to: b }
`,
        ),
      ),
    ).toEqual({
      phases: [
        {
          name: 'Base',
          tasks: [
            { id: 'T1', file: 'a.ts', dependsOn: [] },
            { id: 'T2', file: undefined, dependsOn: ['T1'] },
          ],
        },
      ],
      batches: [['T1'], ['T2']],
      actions: [
        { id: 'D1', type: 'delete', files: ['old.ts'], dependsOn: ['T2'] },
        { id: 'M1', type: 'move', files: ['a', 'b'], dependsOn: [] },
      ],
    }))
  test('need not be there', () => expect(readDependencies(join(folder, 'd.yaml'))).toBeUndefined())
  test('wants to know what an action touches', () =>
    expect(() => readDependencies(write('d.yaml', 'actions: [{ id: M, type: move, from: a }]\n'))).toThrow(
      /actions\[1\].*d\.yaml:1.*from and to/s,
    ))
})

const INITIATIVE = `metadata: { issue_type: Initiative }
# why it is like that
gates:
  simplicity: { status: failed, reason: three layers for one call }
  anti_abstraction: { status: passed }
  integration_first: { status: n/a }
markers:
  - { id: M1, area: auth, description: which login?, doc_ref: spec.md, status: open }
  - { id: M2, status: resolved, resolution: yes }
`

describe('validation.yaml', () => {
  const gates = (text: string) => gatesOf(readValidation(write('v.yaml', text)))

  test('closes an Initiative with what failed and what is open', () =>
    expect(gates(INITIATIVE).closed).toEqual([
      { gate: 'simplicity', reason: 'three layers for one call' },
      { gate: 'M1', reason: 'which login?' },
    ]))
  test.each(['Feature', 'Task'])('does not close a %s', (type) =>
    expect(gates(INITIATIVE.replace('Initiative', type)).closed).toEqual([]),
  )
  test('need not be there', () => expect(readValidation(join(folder, 'v.yaml')).issueType).toBe('Feature'))

  test('records who let a gate pass, and keeps the rest', () => {
    const path = write('v.yaml', INITIATIVE)
    const entry = { by: 'Ada', at: new Date('2026-01-01T00:00:00Z'), reason: 'we know' }
    addOverrides(path, [{ gate: 'simplicity', ...entry }])
    addOverrides(path, [{ gate: 'markers', ...entry }])
    const text = readFileSync(path, 'utf8')
    expect(text.startsWith(INITIATIVE)).toBe(true)
    expect(text.match(/by: Ada/g)).toHaveLength(2)
    expect(gatesOf(readValidation(path))).toMatchObject({ closed: [], overridden: ['simplicity', 'M1'] })
  })

  test('names reviewers and checks', () =>
    expect(
      readValidation(
        write(
          'v.yaml',
          `review_config:
  claude_model: opus
  timeout: 1200
  reviewers: [{ id: codex, type: opencode, model: openai/gpt-5.2-codex }, { id: second }]
checks: { test: { command: make test, junit: out.xml }, build: [npm, run, build], timeout: 5m }
`,
        ),
      ),
    ).toMatchObject({
      review: {
        claudeModel: 'opus',
        timeout: 1_200_000,
        reviewers: [
          { id: 'codex', type: 'opencode', model: 'openai/gpt-5.2-codex' },
          { id: 'second', type: 'claude', model: undefined },
        ],
      },
      checks: { test: ['make', 'test'], junit: 'out.xml', build: ['npm', 'run', 'build'], timeout: 300_000 },
    }))

  test.each([
    [
      'a gate’s status',
      'gates: { simplicity: { status: maybe } }\n',
      /gates\.simplicity\.status.*v\.yaml:1.*passed, failed, n\/a/s,
    ],
    [
      'a command for a shell',
      'checks:\n  build: make && echo\n',
      /checks\.build.*v\.yaml:2.*without a shell/s,
    ],
    ['a time', 'review_config: { timeout: soon }\n', /review_config\.timeout.*a duration/s],
  ])('complains of %s', (_, text, message) =>
    expect(() => readValidation(write('v.yaml', text))).toThrow(message),
  )
})

describe('the spec that is meant', () => {
  const spec = (name: string, updated: string) =>
    write(`specs/active/${name}/tasks.yaml`, `tasks: []\nmeta: { last_updated: ${updated} }\n`)
  beforeEach(() => {
    spec('old', '2026-01-01')
    // Changed last, as a checkout leaves it; what the document says counts.
    spec('new', '2026-02-01')
    utimesSync(join(folder, 'specs/active/new/tasks.yaml'), 0, 0)
  })
  test.each([
    ['the newest', undefined, 'new'],
    ['a name', 'old', 'old'],
    ['a folder', 'specs/active/old', 'old'],
  ])('%s', (_, word, expected) => expect(findSpec(folder, word).name).toBe(expected))
  test('an unknown one', () =>
    expect(() => findSpec(folder, 'none')).toThrow(/there is no spec none.*active: new, old/s))
  test('none at all', () =>
    expect(() => findSpec(join(folder, 'x'), undefined)).toThrow(/there is no active spec/))
})
