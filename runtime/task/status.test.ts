import { describe, expect, it } from 'vitest'
import type { FailureClass } from '../backend/backend.ts'
import type { Mark } from './plan.ts'
import {
  type ExitFacts,
  failureOf,
  firstParagraph,
  isOver,
  type QuestionFacts,
  type State,
  type StateFacts,
  stateOf,
} from './status.ts'

const well: ExitFacts = {
  class: null,
  code: 0,
  signal: null,
  reason: null,
  ended_by: null,
  denied: [],
  final_text: null,
}
const exit = (more: Partial<ExitFacts> = {}): ExitFacts => ({ ...well, ...more })
const items = (...marks: Mark[]) => marks.map((mark, i) => ({ text: `item ${i + 1}`, mark }))
const asked = (answered: boolean, read: boolean): QuestionFacts => ({
  number: 1,
  text: 'Which?',
  askedAt: '2026-01-01T00:00:00.000Z',
  answered,
  read,
})
const OPEN = asked(false, false)
const UNREAD = asked(true, false)
const READ = asked(true, true)
const WAITING = { until: '2026-01-01T01:00:00.000Z', class: 'overloaded' as const, model: null }

/** An ended attempt with all items done; each row says what is different. */
const ended: StateFacts = {
  items: items('done', 'done'),
  launched: true,
  alive: false,
  exit: exit(),
  givenUp: false,
  questions: [],
  missing: [],
}
const live: Partial<StateFacts> = { alive: true, exit: undefined }

describe('the state of a task, first that applies', () => {
  const rows: [string, Partial<StateFacts>, State][] = [
    // alive
    ['alive with an open question', { ...live, questions: [OPEN] }, 'asking'],
    ['alive with one of two questions open', { ...live, questions: [READ, OPEN] }, 'asking'],
    ['alive, answered, not read yet', { ...live, questions: [UNREAD] }, 'running'],
    ['alive, all done, nothing settled', live, 'running'],
    ['alive with a failed and a blocked item', { ...live, items: items('failed', 'blocked') }, 'running'],
    ['alive before the launch is on record', { ...live, launched: false }, 'running'],
    // never launched
    ['never launched', { launched: false, exit: undefined }, 'queued'],
    [
      'never launched, with a question of before',
      { launched: false, exit: undefined, questions: [OPEN] },
      'queued',
    ],
    ['never launched, items done by an earlier attempt', { launched: false, exit: undefined }, 'queued'],
    // nobody saw the end
    ['dead, no end on record', { exit: undefined }, 'lost'],
    ['dead, no end, open question', { exit: undefined, questions: [OPEN] }, 'lost'],
    ['settled as lost', { exit: exit({ class: 'lost', code: null }) }, 'lost'],
    [
      'settled as lost, open question',
      { exit: exit({ class: 'lost', code: null }), questions: [OPEN] },
      'lost',
    ],
    // ended by us
    ['stopped', { exit: exit({ ended_by: 'stop', code: null, signal: 'SIGTERM' }) }, 'stopped'],
    ['stopped with an open question', { exit: exit({ ended_by: 'stop' }), questions: [OPEN] }, 'stopped'],
    ['stopped before it was launched', { launched: false, exit: exit({ ended_by: 'stop' }) }, 'stopped'],
    ['stopped with a failed item', { exit: exit({ ended_by: 'stop' }), items: items('failed') }, 'stopped'],
    // parked
    ['ended, question open', { questions: [OPEN] }, 'parked'],
    ['ended, answer not read', { questions: [UNREAD] }, 'parked'],
    ['ended, question settled', { questions: [READ] }, 'done'],
    [
      'ended badly, question open',
      { exit: exit({ code: 1, class: 'crashed' }), questions: [OPEN] },
      'parked',
    ],
    [
      'failed, goes on by itself',
      { exit: exit({ class: 'overloaded', code: 1 }), waiting: WAITING },
      'parked',
    ],
    [
      'the same, given up',
      { exit: exit({ class: 'overloaded', code: 1 }), waiting: WAITING, givenUp: true },
      'stopped',
    ],
    [
      'stopped when it was to wait',
      { exit: exit({ ended_by: 'stop', code: 1 }), waiting: WAITING },
      'stopped',
    ],
    ['question open, item failed', { questions: [OPEN], items: items('failed') }, 'parked'],
    ['question open, item blocked', { questions: [OPEN], items: items('blocked') }, 'parked'],
    ['stopped while it waited for an answer', { givenUp: true, questions: [OPEN] }, 'stopped'],
    ['stopped while it waited to be resumed', { givenUp: true, questions: [UNREAD] }, 'stopped'],
    ['stopped too late, nothing waited', { givenUp: true }, 'done'],
    // failed
    ['non-zero', { exit: exit({ code: 3 }) }, 'failed'],
    ['a signal', { exit: exit({ code: null, signal: 'SIGSEGV' }) }, 'failed'],
    ['its CLI said so, with exit 0', { exit: exit({ class: 'auth' }) }, 'failed'],
    ['ran out of time', { exit: exit({ class: 'timeout', ended_by: 'timeout', code: null }) }, 'failed'],
    ['out of budget', { exit: exit({ class: 'budget', ended_by: 'budget', code: null }) }, 'failed'],
    [
      'never began: no such program',
      { launched: false, exit: exit({ class: 'cli-missing', code: null }) },
      'failed',
    ],
    ['an item failed', { items: items('done', 'failed') }, 'failed'],
    ['an item failed, another is blocked', { items: items('blocked', 'failed') }, 'failed'],
    // blocked
    ['an item is blocked', { items: items('done', 'blocked') }, 'blocked'],
    ['an item is blocked, others are open', { items: items('blocked', 'open', 'doing') }, 'blocked'],
    ['an item is blocked, the report is missing', { items: items('blocked'), missing: ['x'] }, 'blocked'],
    // incomplete
    ['an item is open', { items: items('done', 'open') }, 'incomplete'],
    ['an item is begun', { items: items('done', 'doing') }, 'incomplete'],
    ['all open', { items: items('open', 'open') }, 'incomplete'],
    ['the deliverable is missing', { missing: ['.dispatch/tasks/a/output.md'] }, 'incomplete'],
    // done
    ['all done', {}, 'done'],
    ['all done, something was denied', { exit: exit({ denied: ['Bash(git push)'] }) }, 'done'],
  ]
  it.each(rows)('%s', (_, facts, state) => expect(stateOf({ ...ended, ...facts })).toBe(state))
})

describe('isOver', () => {
  const rows: Record<State, boolean> = {
    asking: false,
    running: false,
    queued: false,
    parked: false,
    lost: true,
    stopped: true,
    failed: true,
    blocked: true,
    incomplete: true,
    done: true,
  }
  it.each(Object.entries(rows))('%s: %s', (state, over) => expect(isOver(state as State)).toBe(over))
})

describe('failureOf', () => {
  const denied = exit({ denied: ['Bash(git push)', 'Write'] })
  const rows: [string, Partial<StateFacts>, FailureClass | null, RegExp][] = [
    ['done', {}, null, /^$/],
    ['done with denials', { exit: denied }, null, /^$/],
    ['incomplete with denials', { exit: denied, items: items('open') }, 'denied', /Bash\(git push\), Write/],
    ['blocked with denials', { exit: denied, items: items('blocked') }, 'denied', /not permitted/],
    ['incomplete without', { items: items('open') }, null, /^$/],
    ['blocked', { items: items('blocked') }, null, /^$/],
    [
      'the CLI named it',
      { exit: exit({ class: 'quota', reason: 'No more today.' }) },
      'quota',
      /^No more today\.$/,
    ],
    ['a class beats denials', { exit: { ...denied, class: 'auth', code: 1 } }, 'auth', /exit code 1/],
    ['an unnamed end', { exit: exit({ code: 3 }) }, 'crashed', /exit code 3/],
    ['a signal', { exit: exit({ code: null, signal: 'SIGSEGV' }) }, 'crashed', /signal SIGSEGV/],
    ['nobody saw it', { exit: undefined }, 'lost', /nobody saw/],
    [
      'settled as lost',
      { exit: exit({ class: 'lost', reason: 'The machine stopped.' }) },
      'lost',
      /machine stopped/,
    ],
    ['stopped', { exit: exit({ ended_by: 'stop', code: null, signal: 'SIGTERM' }) }, null, /^$/],
    ['parked', { exit: exit({ class: 'crashed', code: 1 }), questions: [OPEN] }, null, /^$/],
    ['running', live, null, /^$/],
    ['queued', { launched: false, exit: undefined }, null, /^$/],
    [
      'a failed item says why',
      { items: [{ text: 'Read auth/', mark: 'failed', error: 'no such folder' }] },
      'crashed',
      /Item 1, Read auth\/: no such folder/,
    ],
    [
      'a failed item that says nothing',
      { items: items('done', 'failed') },
      'crashed',
      /Item 2, item 2: marked as failed/,
    ],
  ]
  it.each(rows)('%s', (_, given, kind, message) => {
    const facts = { ...ended, ...given }
    const failure = failureOf(facts, stateOf(facts))
    expect(failure?.class ?? null).toBe(kind)
    expect(failure?.message ?? '').toMatch(message)
  })
})

describe('firstParagraph', () => {
  const rows: [string, string, string | null][] = [
    ['plain', 'Found 2.\n\nMore.', 'Found 2.'],
    ['below a heading', '# Report\n\nFound 2.\n', 'Found 2.'],
    ['right below a heading', '# Report\nFound 2.\n', 'Found 2.'],
    ['underlined heading', 'Report\n======\n\nx', 'Report'],
    ['several lines', 'Found\n2\tthings.\n\nMore', 'Found 2 things.'],
    ['Windows line ends', '\uFEFF# R\r\n\r\nFound\r\n2.\r\n\r\nMore', 'Found 2.'],
    ['blank lines with spaces', 'One.\n  \nTwo.', 'One.'],
    ['empty', '', null],
    ['headings only', '# A\n\n## B\n', null],
    ['300 characters', 'x'.repeat(300), 'x'.repeat(300)],
    ['301 characters', 'x'.repeat(301), `${'x'.repeat(299)}…`],
    ['characters, not halves of them', '🎉'.repeat(301), `${'🎉'.repeat(299)}…`],
  ]
  it.each(rows)('%s', (_, text, first) => expect(firstParagraph(text)).toBe(first))
})
