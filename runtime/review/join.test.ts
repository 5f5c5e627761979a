import { describe, expect, test } from 'vitest'
import type { Entry } from './entry.ts'
import { joined } from './join.ts'

/** Groups of single letters, out of pairs: `ab 3` is a link of a and b with a score of 3. */
function groupsOf(names: string, pairs: string[]): string[] {
  const entries = new Map([...names].map((name) => [name, { name } as unknown as Entry]))
  const nameOf = new Map([...entries].map(([name, entry]) => [entry, name]))
  const entry = (name = '') => entries.get(name) ?? ({} as Entry)
  const links = pairs.map((pair) => ({
    one: entry(pair[0]),
    other: entry(pair[1]),
    score: Number(pair.slice(2)),
  }))
  const groups = joined([...entries.values()], links, 1)
  return groups
    .map((group) =>
      group
        .map((entry) => nameOf.get(entry))
        .sort()
        .join(''),
    )
    .sort()
}

describe('findings', () => {
  test.each<[string, string, string[], string[]]>([
    ['without links stay apart', 'ab', [], ['a', 'b']],
    ['join where they are alike enough', 'abcd', ['ab 2', 'cd 1'], ['ab', 'c', 'd']],
    ['join with their best', 'abc', ['ab 2', 'bc 3'], ['a', 'bc']],
    ['join no group to one of which they have no link', 'abc', ['ab 9', 'bc 9'], ['ab', 'c']],
    ['join a group that they are like on average', 'abc', ['ab 5', 'bc 4', 'ac -1'], ['abc']],
    ['and none that is like two by little each', 'abc', ['ab 5', 'ac 1', 'bc 1'], ['ab', 'c']],
    ['and no other', 'abc', ['ab 5', 'bc 2', 'ac -1'], ['ab', 'c']],
    ['join as groups', 'abcd', ['ab 5', 'cd 5', 'ac 2', 'ad 2', 'bc 2', 'bd 2'], ['abcd']],
  ])('%s', (_, names, pairs, expected) => {
    expect(groupsOf(names, pairs)).toEqual(expected)
    expect(groupsOf(names, [...pairs].reverse())).toEqual(expected)
  })

  test('that are all equally alike join all the same', () =>
    expect(groupsOf('abcd', ['ab 2', 'bc 2', 'cd 2', 'da 2'])).toEqual(['ab', 'cd']))
})
