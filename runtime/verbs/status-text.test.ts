import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { cells } from '../io/cells.ts'
import type { ItemFacts } from '../task/status.ts'
import { coloured, detail, overview, type Page, plain } from './status-text.ts'
import type { TaskView } from './status-view.ts'

const view = (id: string, state: string, more: Partial<TaskView> = {}): TaskView => ({
  id,
  title: null,
  state,
  priority: 'normal',
  model: 'opus',
  backend: 'demo',
  profile: null,
  items: { done: 1, total: 4 },
  question: null,
  summary: null,
  failure: null,
  waiting: null,
  denied: [],
  attempt: null,
  pid: null,
  started_at: null,
  ended_at: null,
  cost_usd: null,
  tokens: null,
  worktree: null,
  branch: null,
  base: null,
  commits: [],
  remarks: [],
  ...more,
})
const question = (text: string) => ({ number: 1, text, asked_at: '' })
const at = (width: number, height?: number): Page => ({
  paint: plain,
  width,
  ...(height === undefined ? {} : { height }),
})

const SWEEP = [
  view('security-audit', 'asking', {
    worktree: '/w',
    items: { done: 4, total: 6 },
    question: question('The webhook\nis open. Halt?'),
  }),
  view('perf-audit', 'done', {
    model: 'sonnet',
    worktree: '/w',
    items: { done: 4, total: 4 },
    summary: 'Found 3 slow queries.',
  }),
  view('docs', 'failed', {
    model: 'gemini',
    failure: { class: 'auth', message: 'Log in first.', alternatives: [] },
  }),
  view('errors', 'queued', { items: { done: 0, total: 10 } }),
]

describe('all tasks, a line each', () => {
  it('none', () => expect(overview([], at(80))[0]).toMatch(/^No tasks yet/))

  it('aligned, with what matters most of each', () => {
    expect(overview(SWEEP, at(120))).toEqual([
      '● security-audit (opus, worktree) — 4/6 items  asking  asks 001: The webhook is open. Halt?',
      '● perf-audit (sonnet, worktree) — 4/4 items    done    Found 3 slow queries.',
      '● docs (gemini) — 1/4 items                    failed  auth: Log in first.',
      '● errors (opus) — 0/10 items                   queued',
    ])
  })

  it('has no room for more than the states when it is narrow', () => {
    expect(overview(SWEEP, at(60))).toEqual([
      '● security-audit (opus, worktree) — 4/6 items  asking',
      '● perf-audit (sonnet, worktree) — 4/4 items    done',
      '● docs (gemini) — 1/4 items                    failed',
      '● errors (opus) — 0/10 items                   queued',
    ])
  })

  it('cuts names before counts', () => {
    expect(overview(SWEEP, at(40))).toEqual([
      '● security-audit (o… — 4/6 items  asking',
      '● perf-audit (sonne… — 4/4 items  done',
      '● docs (gemini) — 1/4 items       failed',
      '● errors (opus) — 0/10 items      queued',
    ])
    for (const line of overview(SWEEP, at(40))) expect(line).toMatch(/ — \d+\/\d+ items +[a-z]+$/)
  })

  it.each([36, 40, 60, 80, 100, 160])('no line is wider than %i cells', (width) => {
    const wide = view('a'.repeat(64), 'incomplete', { model: '漢字模型', summary: '🎉 漢字 '.repeat(60) })
    for (const tasks of [SWEEP, [wide], [...SWEEP, wide]])
      for (const line of overview(tasks, at(width))) expect(cells(line), line).toBeLessThanOrEqual(width)
  })

  it('aligns wide characters by cells', () => {
    const columns = overview(
      [view('a', 'done', { model: '漢字' }), view('b', 'done', { model: 'abcd' })],
      at(80),
    ).map((line) => cells(line.slice(0, line.indexOf('done'))))
    expect(new Set(columns).size).toBe(1)
  })

  it('lets a model’s text do nothing to the terminal', () => {
    const [line = ''] = overview(
      [view('a', 'done', { summary: 'x\u001b[2Jy\u009b1m\u0007z\u202eq\nr' })],
      at(120),
    )
    expect(line).not.toMatch(/[\p{Cc}\u202e]/u)
    expect(line).toMatch(/xy.*z q r$/)
  })

  it('colours the same text', () => {
    const lines = overview(SWEEP, { paint: coloured, width: 120 })
    expect(lines.map((line) => stripVTControlCharacters(line))).toEqual(overview(SWEEP, at(120)))
    expect(lines[0]).toContain('\u001b[33masking\u001b[39m')
  })
})

describe('more tasks than lines', () => {
  const many = Array.from({ length: 20 }, (_, i) =>
    view(`t${i + 1}`, i === 14 ? 'asking' : i % 2 ? 'running' : 'done'),
  )

  it('all of them where there is room', () => expect(overview(many, at(80, 20))).toHaveLength(20))

  it('those that want somebody first, in their own order, and a sum', () => {
    const lines = overview(many, at(80, 6))
    expect(lines.map((line) => /^● (t\d+)/.exec(line)?.[1] ?? line)).toEqual([
      't2',
      't4',
      't6',
      't8',
      't15',
      '… and 15 more: 6 running, 9 done',
    ])
  })

  it.each([1, 2, 3])('never more than %i lines', (height) =>
    expect(overview(many, at(80, height))).toHaveLength(height),
  )

  it('one line is for the one that asks', () => expect(overview(many, at(80, 1))[0]).toMatch(/^● t15/))
})

describe('one task', () => {
  const items: ItemFacts[] = [
    { text: 'Look for secrets', mark: 'done', note: 'found 2' },
    { text: 'Below it', mark: 'done', indent: '\t' },
    { text: 'Read the login', mark: 'doing' },
    { text: 'Ask somebody', mark: 'blocked', blocker: 'JWT or\nsessions?' },
    { text: 'Try it', mark: 'failed', error: 'no such folder' },
    { text: 'Write it down', mark: 'open' },
  ]

  it('shows marks as people know them, notes and reasons', () => {
    expect(detail(view('audit', 'running'), items, at(80)).slice(0, 10)).toEqual([
      '● audit (opus) — 1/4 items  running',
      '  ✓ Look for secrets — found 2',
      '    ✓ Below it',
      '  ⋯ Read the login (in progress)',
      '  ? Ask somebody',
      '    > JWT or',
      '    > sessions?',
      '  ! Try it',
      '    > no such folder',
      '  ○ Write it down',
    ])
  })

  it('says how to answer, what failed and what can be done, and the rest', () => {
    const text = detail(
      view('audit', 'failed', {
        question: question('First line.\n  code stays indented'),
        failure: {
          class: 'quota',
          message: 'No more today.',
          alternatives: ['dispatch retry audit --model sonnet'],
        },
        summary: 'Half of it.',
        title: 'Audit',
        denied: ['Bash(git push)', 'Write'],
        commits: ['abc one', 'def two'],
        attempt: 2,
        started_at: '2026-01-01T00:00:00.000Z',
        ended_at: '2026-01-01T00:01:00.000Z',
        cost_usd: 0.5,
        tokens: { input: 10, output: 2 },
        remarks: ['Ticked in one stroke.'],
      }),
      [],
      at(Number.POSITIVE_INFINITY),
    ).join('\n')
    expect(text).toBe(`● audit (opus) — 1/4 items  failed

  asks 001: First line.
      code stays indented
  Answer it: dispatch answer audit 001 …

  quota: No more today.
    1. dispatch retry audit --model sonnet

  Half of it.
  All of it: dispatch output audit

  title:     Audit
  denied:    Bash(git push), Write
  commits:   abc one
             def two
  attempt:   2, from 2026-01-01T00:00:00.000Z to 2026-01-01T00:01:00.000Z
  cost:      $0.50
  tokens:    10 in, 2 out
  note:      Ticked in one stroke.`)
  })

  it.each([30, 60, 160])('no line is wider than %i cells', (width) => {
    const long = {
      question: question('漢字 '.repeat(80)),
      summary: 'word '.repeat(60),
      worktree: `/${'w'.repeat(200)}`,
    }
    const lines = detail(
      view('a', 'asking', long),
      [{ text: '🎉'.repeat(100), mark: 'done', note: 'n'.repeat(200) }],
      at(width),
    )
    for (const line of lines) expect(cells(line), line).toBeLessThanOrEqual(width)
    expect(lines.join(' ').match(/漢字/g)).toHaveLength(80) // a question is broken, never cut
  })

  it('sums up what is done where there is not room for all', () => {
    const list: ItemFacts[] = Array.from({ length: 30 }, (_, i) => ({
      text: `item ${i + 1}`,
      mark: i < 28 ? 'done' : 'open',
    }))
    expect(detail(view('a', 'running'), list, at(80, 10))).toEqual([
      '● a (opus) — 1/4 items  running',
      '  ✓ 28 items done',
      '  ○ item 29',
      '  ○ item 30',
      '',
    ])
    expect(
      detail(
        view('a', 'running'),
        list.map((item) => ({ ...item, mark: 'open' })),
        at(80, 10),
      ),
    ).toHaveLength(10)
  })
})
