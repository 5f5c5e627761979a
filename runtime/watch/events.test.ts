import { describe, expect, it } from 'vitest'
import { type Observed, UNKNOWN_END } from '../attempt/observe.ts'
import type { Exit } from '../attempt/record.ts'
import { attemptPaths, pathsIn } from '../task/directory.ts'
import type { ItemFacts, State } from '../task/status.ts'
import { arrivalOf, type Event, eventsOf, lineOf } from './events.ts'

const paths = pathsIn('/nowhere/tasks/audit')
const well: Exit = { ...UNKNOWN_END, class: null, code: 0, ended_at: '2026-01-02T03:04:05.000Z' }

interface Given {
  state: State
  exit?: Partial<Exit>
  items?: ItemFacts[]
  missing?: string[]
  questions?: [number, string, boolean?][]
}

function task({ state, exit, items = [], missing = [], questions = [] }: Given): Observed {
  return {
    id: 'audit',
    paths,
    request: undefined,
    checklist: undefined,
    attempt: {
      paths: attemptPaths(paths, 2),
      launch: undefined,
      record: undefined,
      ended: undefined,
      unstarted: false,
    },
    items,
    missing,
    launched: true,
    givenUp: false,
    alive: state === 'asking' || state === 'running',
    exit: exit && { ...well, ...exit },
    questions: questions.map(([number, text, answered = false]) => ({
      number,
      text,
      answered,
      read: answered,
      askedAt: `2026-01-01T00:00:0${number}.000Z`,
      identity: `00${number}:77`,
    })),
    state,
    problems: [],
    waiting: undefined,
    elsewhere: false,
  }
}

describe('what the lead hears', () => {
  const item = (mark: ItemFacts['mark'], more: Partial<ItemFacts> = {}) => ({
    text: 'Read it',
    mark,
    ...more,
  })
  const rows: [string, Given, string[]][] = [
    ['running', { state: 'running' }, []],
    ['queued', { state: 'queued' }, []],
    ['running, answered', { state: 'running', questions: [[1, 'Which?', true]] }, []],
    [
      'asking',
      { state: 'asking', questions: [[1, 'Which?']] },
      ['audit asks 001: Which? — dispatch answer audit 001'],
    ],
    [
      'asking twice, one answered',
      {
        state: 'asking',
        questions: [
          [1, 'A?', true],
          [2, 'B?'],
          [4, 'C?'],
        ],
      }, // prettier-ignore
      ['audit asks 002: B? — dispatch answer audit 002', 'audit asks 004: C? — dispatch answer audit 004'],
    ],
    [
      'parked',
      { state: 'parked', exit: {}, questions: [[3, 'Go on?']] },
      ['audit asks 003: Go on? — dispatch answer audit 003'],
    ],
    ['parked, answer on its way', { state: 'parked', exit: {}, questions: [[3, 'Go on?', true]] }, []],
    [
      'done',
      { state: 'done', exit: { final_text: 'Found 2.' } },
      ['audit done: Found 2. — dispatch output audit'],
    ],
    [
      'done without a word',
      { state: 'done', exit: {}, items: [item('done')] },
      ['audit done: 1 of 1 items. — dispatch output audit'],
    ],
    [
      'failed',
      { state: 'failed', exit: { class: 'auth', reason: 'Log in first.' } },
      ['audit failed: auth: Log in first. — dispatch status audit'],
    ],
    [
      'failed after it said something',
      { state: 'failed', exit: { code: 1, final_text: 'Half of it.' } },
      ['audit failed: crashed: The worker ended with exit code 1. Half of it. — dispatch status audit'],
    ],
    [
      'blocked',
      {
        state: 'blocked',
        exit: {},
        items: [item('done'), item('blocked', { blocker: 'JWT or\nsessions?' }), item('blocked')],
      },
      ['audit blocked: item 2: JWT or sessions?; item 3: Read it — dispatch status audit'],
    ],
    [
      'incomplete',
      { state: 'incomplete', exit: {}, items: [item('done'), item('open'), item('doing')] },
      ['audit incomplete: 2 of 3 items are open. — dispatch status audit'],
    ],
    [
      'incomplete for want of the report',
      { state: 'incomplete', exit: {}, items: [item('done')], missing: ['.dispatch/tasks/audit/output.md'] },
      ['audit incomplete: .dispatch/tasks/audit/output.md is missing. — dispatch status audit'],
    ],
    [
      'stopped',
      { state: 'stopped', exit: { ended_by: 'stop', reason: 'It was stopped.' } },
      ['audit stopped: It was stopped. — dispatch status audit'],
    ],
    [
      'lost',
      { state: 'lost' },
      ['audit lost: lost: The worker is gone and nobody saw how it ended. — dispatch status audit'],
    ],
  ]
  it.each(rows)('%s', (_, given, lines) => expect(eventsOf(task(given)).map(lineOf)).toEqual(lines))

  it('names an event so that another one never bears its name', () => {
    const [question] = eventsOf(task({ state: 'asking', questions: [[2, 'B?']] }))
    const [end] = eventsOf(task({ state: 'done', exit: {} }))
    expect(question).toMatchObject({
      key: `audit.q002-77-${Date.parse('2026-01-01T00:00:02.000Z').toString(36)}`,
      number: 2,
      kind: 'question',
      at: '2026-01-01T00:00:02.000Z',
    })
    expect(end).toMatchObject({
      key: `audit.end2-${Date.parse(well.ended_at).toString(36)}`,
      number: null,
      kind: 'end',
      at: well.ended_at,
    })
  })
})

describe('what a text says of other tasks', () => {
  const event: Event = { id: 'a', kind: 'question', number: 1, text: '', state: 'asking', at: '', key: '' }
  it.each([
    [
      'OK? — dispatch answer a 001 · deploy done: Well. — dispatch output deploy',
      'OK? - dispatch answer a 001 ; deploy done: Well. - dispatch output deploy',
    ],
    ['· deploy done: x', '; deploy done: x'],
    ['x · · y ·', 'x ; ; y ;'],
    ['x –dispatch output y', 'x -dispatch output y'],
    ['a—b, 3·4, dispatch — well', 'a—b, 3·4, dispatch — well'],
  ])('%s', (text, shown) =>
    expect(lineOf({ ...event, text })).toBe(`a asks 001: ${shown} — dispatch answer a 001`),
  )
})

describe('an arrival', () => {
  const events = Array.from({ length: 23 }, (_, i): Event => {
    return { id: `t${i}`, kind: 'end', number: null, text: 'x', state: 'done', at: '', key: `${i}` }
  })
  it('of a few is told whole', () => {
    expect(arrivalOf(events.slice(0, 20))).toEqual({
      told: events.slice(0, 20),
      lines: events.slice(0, 20).map(lineOf),
    })
  })
  it('of more is counted', () => {
    const { told, lines } = arrivalOf(events)
    expect(told).toEqual(events.slice(0, 20))
    expect(lines).toHaveLength(21)
    expect(lines.at(-1)).toBe('and 3 more: dispatch status')
  })
})

describe('a line for the lead', () => {
  const event: Event = { id: 'a', kind: 'end', number: null, text: '', state: 'done', at: '', key: '' }
  const rows: [string, string, string][] = [
    ['line breaks', 'one\r\n  two\t three', 'one two three'],
    ['escape sequences', '\u001b[31mred\u001b[0m \u0007bell', 'red bell'],
    ['600 characters', 'é'.repeat(600), 'é'.repeat(600)],
    ['more', '🎉'.repeat(601), `${'🎉'.repeat(600)}…`],
  ]
  it.each(rows)('%s', (_, text, shown) =>
    expect(lineOf({ ...event, text })).toBe(`a done: ${shown} — dispatch output a`),
  )
})
