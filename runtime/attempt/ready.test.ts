import { describe, expect, it } from 'vitest'
import { type Limits, ready, type Waiting } from './ready.ts'

const NONE: Limits = { per_backend: new Map() }
const queued = (id: string, more: Partial<Waiting> = {}): Waiting => ({
  id,
  standing: 'queued',
  priority: 'normal',
  after: [],
  inHand: false,
  group: 'claude',
  created: '2026-01-01T00:00:00.000Z',
  ...more,
})
const doneAmong = (tasks: Waiting[]) => (id: string) =>
  tasks.some((task) => task.id === id && task.standing === 'over')
const at = (second: number) => ({ created: `2026-01-01T00:00:0${second}.000Z` })

describe('what may start now', () => {
  const rows: [string, Waiting[], Limits, string[]][] = [
    ['nothing', [], NONE, []],
    ['nothing that another process is launching', [queued('a', { inHand: true }), queued('b')], NONE, ['b']],
    ['which takes room, too', [queued('a', { inHand: true }), queued('b')], { ...NONE, parallel: 1 }, []],
    ['all without limits', [queued('a'), queued('b')], NONE, ['a', 'b']],
    [
      'only what is queued',
      [queued('a', { standing: 'live' }), queued('b', { standing: 'over' }), queued('c')],
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
    [
      'after one that is done',
      [queued('a', { standing: 'over' }), queued('b', { after: ['a'] })],
      NONE,
      ['b'],
    ],
    ['not after a running one', [queued('a', { standing: 'live' }), queued('b', { after: ['a'] })], NONE, []],
    ['not after one that starts only now', [queued('a'), queued('b', { after: ['a'] })], NONE, ['a']],
    ['not after a failed one', [queued('a', { standing: 'gone' }), queued('b', { after: ['a'] })], NONE, []],
    ['not after one that is gone', [queued('b', { after: ['a'] })], NONE, []],
    [
      'after all of several',
      [
        queued('a', { standing: 'over' }),
        queued('b', { standing: 'gone' }),
        queued('c', { after: ['a', 'b'] }),
      ],
      NONE,
      [],
    ],
    ['two at a time', [queued('a'), queued('b'), queued('c')], { ...NONE, parallel: 2 }, ['a', 'b']],
    [
      'live ones take room',
      [queued('a', { standing: 'live' }), queued('b', { standing: 'live' }), queued('c'), queued('d')],
      { ...NONE, parallel: 3 },
      ['c'],
    ],
    [
      'those that are over take none',
      [queued('a', { standing: 'over' }), queued('b')],
      { ...NONE, parallel: 1 },
      ['b'],
    ],
    [
      'a full backend lets others pass',
      [queued('a', { standing: 'live' }), queued('b', at(1)), queued('c', { ...at(2), group: 'codex' })],
      { per_backend: new Map([['claude', 1]]) },
      ['c'],
    ],
    [
      'both limits',
      [
        queued('a'),
        queued('b', at(1)),
        queued('c', { ...at(2), group: 'codex' }),
        queued('d', { ...at(3), group: 'codex' }),
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
  it.each(rows)('%s', (_, tasks, limits, ids) => expect(ready(tasks, limits, doneAmong(tasks))).toEqual(ids))
})
