import { describe, expect, test } from 'vitest'
import { batchesOf } from './batches.ts'
import type { Dependencies, FileAction } from './dependencies.ts'
import type { SpecTask } from './tasks.ts'

/** `T1 a.ts,b.ts <T0 [P] done` */
function task(line: string): SpecTask {
  const [id = '', ...words] = line.split(' ')
  return {
    id,
    content: line,
    status: words.includes('done') ? 'completed' : 'pending',
    activeForm: line,
    files: words.filter((word) => /^[\w*]/.test(word) && word !== 'done').flatMap((word) => word.split(',')),
    testHints: [],
    dependsOn: words.filter((word) => word.startsWith('<')).map((word) => word.slice(1)),
    parallel: words.includes('[P]') ? true : words.includes('-P') ? false : undefined,
  }
}
const plan = (lines: string[], phases: string[][] = [], dependencies?: Partial<Dependencies>) =>
  batchesOf(
    {
      tasks: lines.map(task),
      phases: phases.map((tasks, n) => ({ name: `P${n}`, tasks })),
      updated: undefined,
    },
    dependencies && { phases: [], batches: undefined, actions: [], ...dependencies },
    'd.yaml',
  )
const shown = (...args: Parameters<typeof plan>) =>
  plan(...args)
    .batches.map(({ tasks }) => tasks.join('+'))
    .join(' ')

describe('computed batches', () => {
  test.each<[string, string[], string]>([
    ['different files go together', ['A a', 'B b', 'C c'], 'A+B+C'],
    ['the same file in sequence', ['A a', 'B a', 'C a'], 'A B C'],
    ['one shared file of several', ['A a,b', 'B b,c', 'C d'], 'A+C B'],
    ['a folder and what is in it', ['A src', 'B src/x', 'C src-x'], 'A+C B'],
    ['what is in a folder, and the folder', ['A src/x', 'B src/y', 'C src'], 'A+B C'],
    ['a folder between two of its files', ['A src/x', 'B src', 'C src/y'], 'A B C'],
    ['a dependency', ['A a', 'B b <A', 'C c'], 'A+C B'],
    ['a dependency on a later line', ['A a <B', 'B b'], 'B A'],
    ['a dependency against the order of one file', ['A a <B', 'B a', 'C a'], 'B A C'],
    ['unknown files alone', ['A a', 'B', 'C c'], 'A+C B'],
    ['a pattern is not known', ['A src/*', 'B b', 'C c'], 'A B+C'],
    ['[P] where it is used at all', ['A a', 'B b [P]', 'C c [P]'], 'A B+C'],
    ['[P] on the same file', ['A a [P]', 'B a [P]'], 'A B'],
    ['parallel: false', ['A a', 'B b -P', 'C c'], 'A+C B'],
    ['what is completed is left out, and in nobody’s way', ['A a done', 'B a <A', 'C c'], 'B+C'],
    ['all completed', ['A a done'], ''],
    ['a diamond', ['A a', 'B b <A', 'C c <A', 'D d <B <C'], 'A B+C D'],
  ])('%s', (_, lines, expected) => expect(shown(lines)).toBe(expected))

  test('phases break them', () => {
    expect(shown(['A a', 'B b', 'C c', 'D d'], [['A', 'C'], ['B']])).toBe('A+C B D')
    expect(plan(['A a', 'B b'], [['B'], ['A']]).batches).toEqual([
      { number: 1, tasks: ['B'], phase: 'P0' },
      { number: 2, tasks: ['A'], phase: 'P1' },
    ])
  })

  test('what dependencies.yaml says is added to what tasks.yaml says', () =>
    expect(
      shown(['A', 'B', 'C c'], [['A', 'B', 'C']], {
        phases: [
          { name: 'one', tasks: [{ id: 'A', file: 'a', dependsOn: [] }] },
          {
            name: 'two',
            tasks: [
              { id: 'B', file: 'b', dependsOn: [] },
              { id: 'C', file: undefined, dependsOn: ['B'] },
            ],
          },
        ],
      }),
    ).toBe('A B C'))

  test('ten thousand tasks', () => {
    const lines = Array.from({ length: 10_000 }, (_, n) => `T${n} src/${n % 100}/${n % 1000}.ts`)
    expect(plan(lines).batches).toHaveLength(10)
    const chain = Array.from({ length: 10_000 }, (_, n) => `T${n} a${n > 0 ? ` <T${n - 1}` : ''}`)
    expect(plan(chain).batches).toHaveLength(10_000)
  })
})

describe('actions', () => {
  const action = (more: Partial<FileAction>): FileAction => ({
    id: 'X',
    type: 'delete',
    files: ['old'],
    dependsOn: [],
    ...more,
  })
  test.each<[string, string[], FileAction, string]>([
    [
      'belong to the task that they come after',
      ['A a', 'B old', 'C c <X'],
      action({ dependsOn: ['A'] }),
      'A B+C',
    ],
    ['come after several', ['A a', 'B b', 'C c'], action({ dependsOn: ['A', 'B'] }), 'A+C B'],
    ['belong to the task that waits for them', ['A a', 'B b <X', 'C old'], action({}), 'A+B C'],
  ])('%s', (_, lines, made, expected) => expect(shown(lines, [], { actions: [made] })).toBe(expected))

  test('of nobody are refused', () =>
    expect(() => plan(['A a'], [], { actions: [action({})] })).toThrow(/the action X belongs to no task/))
})

describe('what cannot be', () => {
  test.each<[string, Parameters<typeof plan>, RegExp]>([
    ['an unknown id', [['A a <Z', 'B b']], /task A depends_on names Z.*\n.*one of A, B, not Z/s],
    ['an unknown id in a phase', [['A a'], [['A', 'Z']]], /phase P0 names Z/],
    ['a circle', [['A a <C', 'B b <A', 'C c <B', 'D d']], /wait for each other: A → C → B → A/],
    ['a task that waits for itself', [['A a <A']], /wait for each other: A → A/],
    ['a circle behind others', [['A a', 'B b <C <A', 'C c <B']], /wait for each other: B → C → B/],
    [
      'a dependency on a later phase',
      [
        ['A a <B', 'B b'],
        [['A'], ['B']],
      ],
      /A depends on B, which is in a later phase/,
    ],
  ])('%s', (_, args, message) => expect(() => plan(...args)).toThrow(message))
})

describe('given batches', () => {
  const given = (lines: string[], batches: string[][]) => plan(lines, [], { batches })

  test('are kept, without what is completed, with their numbers', () =>
    expect(given(['A a done', 'B b', 'C c <B', 'D d'], [['A'], ['D', 'B'], ['C']])).toEqual({
      source: 'given',
      batches: [
        { number: 2, tasks: ['B', 'D'], phase: undefined },
        { number: 3, tasks: ['C'], phase: undefined },
      ],
    }))

  test.each<[string, string[], string[][], RegExp]>([
    ['an unknown id', ['A a'], [['A', 'Z']], /batch 1 names Z/],
    ['a task twice', ['A a'], [['A'], ['A']], /A is in batch 1 and in batch 2/],
    ['a task that is missing', ['A a', 'B b', 'C c'], [['A']], /in no batch: B, C/],
    ['a file twice', ['A a', 'B a'], [['A', 'B']], /batch 1 has a twice: in A and in B/],
    ['a folder and its file', ['A src', 'B src/b'], [['A', 'B']], /batch 1 has src twice/],
    [
      'a dependency in a later one',
      ['A a <B', 'B b'],
      [['A'], ['B']],
      /A is in batch 1 and depends on B, which is in batch 2/,
    ],
    ['a dependency in the same one', ['A a <B', 'B b'], [['A', 'B']], /depends on B, which is in batch 1/],
    ['a circle', ['A a <B', 'B b <A'], [['A'], ['B']], /wait for each other/],
  ])('with %s are refused', (_, lines, batches, message) =>
    expect(() => given(lines, batches)).toThrow(message),
  )
})
