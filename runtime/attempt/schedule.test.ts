import { describe, expect, it } from 'vitest'
import { type Limits, ready, type Waiting } from './schedule.ts'

const NONE: Limits = { per_backend: new Map() }
const queued = (id: string, more: Partial<Waiting> = {}): Waiting => ({
  id,
  state: 'queued',
  priority: 'normal',
  after: [],
  backend: 'claude',
  created: '2026-01-01T00:00:00.000Z',
  ...more,
})
const at = (second: number) => ({ created: `2026-01-01T00:00:0${second}.000Z` })

describe('what may start now', () => {
  const rows: [string, Waiting[], Limits, string[]][] = [
    ['nothing', [], NONE, []],
    ['all without limits', [queued('a'), queued('b')], NONE, ['a', 'b']],
    [
      'only what is queued',
      [queued('a', { state: 'running' }), queued('b', { state: 'parked' }), queued('c')],
      NONE,
      ['c'],
    ],
    ['older first', [queued('a', at(2)), queued('b', at(1))], NONE, ['b', 'a']],
    [
      'urgent before old',
      [
        queued('old', at(1)),
        queued('low', { ...at(0), priority: 'low' }),
        queued('high', { ...at(2), priority: 'high' }),
      ],
      NONE,
      ['high', 'old', 'low'],
    ],
    ['after one that is done', [queued('a', { state: 'done' }), queued('b', { after: ['a'] })], NONE, ['b']],
    ['not after a running one', [queued('a', { state: 'running' }), queued('b', { after: ['a'] })], NONE, []],
    ['not after one that starts only now', [queued('a'), queued('b', { after: ['a'] })], NONE, ['a']],
    ['not after a failed one', [queued('a', { state: 'failed' }), queued('b', { after: ['a'] })], NONE, []],
    ['not after one that is gone', [queued('b', { after: ['a'] })], NONE, []],
    [
      'after all of several',
      [
        queued('a', { state: 'done' }),
        queued('b', { state: 'incomplete' }),
        queued('c', { after: ['a', 'b'] }),
      ],
      NONE,
      [],
    ],
    ['two at a time', [queued('a'), queued('b'), queued('c')], { ...NONE, parallel: 2 }, ['a', 'b']],
    [
      'running and asking ones take room',
      [queued('a', { state: 'running' }), queued('b', { state: 'asking' }), queued('c'), queued('d')],
      { ...NONE, parallel: 3 },
      ['c'],
    ],
    [
      'parked ones take none',
      [queued('a', { state: 'parked' }), queued('b')],
      { ...NONE, parallel: 1 },
      ['b'],
    ],
    [
      'a full backend lets others pass',
      [queued('a', { state: 'running' }), queued('b', at(1)), queued('c', { ...at(2), backend: 'codex' })],
      { per_backend: new Map([['claude', 1]]) },
      ['c'],
    ],
    [
      'both limits',
      [
        queued('a'),
        queued('b', at(1)),
        queued('c', { ...at(2), backend: 'codex' }),
        queued('d', { ...at(3), backend: 'codex' }),
      ],
      { parallel: 3, per_backend: new Map([['claude', 1]]) },
      ['a', 'c', 'd'],
    ],
    [
      'the place goes to the urgent one',
      [queued('a', at(1)), queued('b', { ...at(2), priority: 'high' })],
      { ...NONE, parallel: 1 },
      ['b'],
    ],
  ]
  it.each(rows)('%s', (_, tasks, limits, ids) => expect(ready(tasks, limits)).toEqual(ids))
})
