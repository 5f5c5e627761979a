import { describe, expect, test } from 'vitest'
import type { Observed } from '../attempt/observe.ts'
import { lineOf } from './events.ts'
import { needOf, runEvents } from './run-events.ts'

const question = (answered: boolean) => ({ answered }) as Observed['questions'][number]
const wait = (minutes: number) =>
  ({
    began: '2026-01-01T00:00:00.000Z',
    until: new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString(),
  }) as Observed['waiting']

const task = (
  id: string,
  run: string | undefined,
  state: Observed['state'],
  more: Partial<Observed> = {},
): Observed =>
  ({
    id,
    state,
    questions: [],
    waiting: undefined,
    request: { run, timeout: 20 * 60_000 },
    ...more,
  }) as Observed

describe('a task of a run has to be seen to', () => {
  test.each<[string, Observed, ReturnType<typeof needOf>]>([
    ['running', task('a', 'r', 'running'), undefined],
    ['queued', task('a', 'r', 'queued'), undefined],
    ['done', task('a', 'r', 'done'), 'over'],
    ['failed', task('a', 'r', 'failed'), 'over'],
    ['lost', task('a', 'r', 'lost'), 'over'],
    ['asking', task('a', 'r', 'asking', { questions: [question(false)] }), 'asks'],
    ['parked with a question', task('a', 'r', 'parked', { questions: [question(false)] }), 'asks'],
    ['parked with an answer', task('a', 'r', 'parked', { questions: [question(true)] }), undefined],
    ['going on in five minutes', task('a', 'r', 'parked', { waiting: wait(5) }), undefined],
    ['going on in an hour', task('a', 'r', 'parked', { waiting: wait(60) }), 'late'],
  ])('%s', (_, observed, need) => expect(needOf(observed)).toBe(need))
})

describe('one event', () => {
  const of = (...tasks: Observed[]) => runEvents('/nowhere', tasks).map(lineOf)
  const folder = 'runs/cache/batch-02/B02-review'
  test('when the last of the batch is in', () => {
    const done = task('a', `${folder}-a-1`, 'done')
    expect(of(done, task('b', `${folder}-b-1`, 'running'))).toEqual([])
    expect(of(done, task('b', `${folder}-b-1`, 'failed'))).toEqual([
      'cache: the reviewers of batch 2 are done — dispatch next --run cache',
    ])
  })

  test('for each batch and run', () =>
    expect(
      of(
        task('a', 'runs/a/final/final-review-x-1', 'done'),
        task('b', 'runs/b/batch-01/B01-review-x-1', 'done'),
      ),
    ).toEqual([
      'a: the reviewers of the whole branch are done — dispatch next --run a',
      'b: the reviewers of batch 1 are done — dispatch next --run b',
    ]))

  test('with another key when one of them ran again', () => {
    const key = (attempt: unknown) =>
      runEvents('/nowhere', [task('a', `${folder}-a-1`, 'done', { attempt } as Partial<Observed>)])[0]?.key
    const of = (mark: string) => key({ launch: { mark }, paths: { number: 1 } })
    expect(of('one')).toBe(of('one'))
    expect(of('one')).not.toBe(of('two'))
  })

  test('for nothing that only looks like a place in the state', () =>
    expect(of(task('a', 'runs/../../etc/final/x', 'done'), task('b', '', 'done'))).toEqual([]))
})
