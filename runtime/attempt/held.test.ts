import { describe, expect, it } from 'vitest'
import type { State } from '../task/status.ts'
import { heldBy, sayHeld } from './held.ts'

const paths = { folder: '/nowhere/tasks/x' }

type Task = [State, ...string[]]

/** @param tasks by id: its state and what it comes after */
function said(after: string[], tasks: Record<string, Task>, state: State = 'queued'): string | undefined {
  const by = heldBy({ state, request: { after }, paths }, (id) => {
    const [is, ...before] = tasks[id] ?? []
    return is === undefined
      ? undefined
      : { state: is, request: { after: before }, attempt: undefined, exit: undefined }
  })
  return by === undefined ? undefined : sayHeld(by)
}

describe('what keeps a queued task from starting by itself', () => {
  const rows: [string, string[], Record<string, Task>, string | undefined][] = [
    ['nothing', [], {}, undefined],
    ['nothing that still runs', ['a'], { a: ['running'] }, undefined],
    ['nothing that waits for its turn', ['a'], { a: ['queued'] }, undefined],
    ['nothing that is parked', ['a'], { a: ['parked'] }, undefined],
    ['nothing that is done', ['a'], { a: ['done'] }, undefined],
    ['one that failed', ['a', 'b'], { a: ['done'], b: ['failed'] }, 'It comes after b, which is failed.'],
    ['one that is gone', ['a'], {}, 'It comes after a, which is gone.'],
    [
      'one behind another',
      ['a'],
      { a: ['queued', 'b'], b: ['queued', 'c'], c: ['lost'] },
      'It comes after a, which waits for c, which is lost.',
    ],
    [
      'a circle that came about',
      ['a'],
      { a: ['queued', 'b'], b: ['queued', 'a'] },
      'It comes after a, which waits for a, which is queued.',
    ],
  ]
  it.each(rows)('%s', (_, after, tasks, expected) => expect(said(after, tasks)).toBe(expected))

  it('is asked of queued ones only', () => expect(said(['a'], { a: ['failed'] }, 'running')).toBeUndefined())
})
