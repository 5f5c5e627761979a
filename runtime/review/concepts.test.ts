import { describe, expect, test } from 'vitest'
import { conceptsOf, synonymsOf } from './concepts.ts'
import { spoken, stem, wordsOf } from './words.ts'

describe('a kind of defect', () => {
  test.each([
    ['sql injection', 'The statement is concatenated from user input.', 'Use a placeholder in the query.'],
    ['await', "The promise isn't awaited.", 'Floating promise.'],
    ['query in a loop', 'N+1 lookups.', 'One query for each row; batch the queries.'],
    ['off by one', 'The last element is skipped.', 'Should be `<` instead of `<=`.'],
    ['falsy', '`count || 10` overrides an explicit 0.', 'Use `??`.'],
    ['ownership', 'Other users can read the order.', 'There is no permission check.'],
  ])('%s is known in other words', (kind, ...texts) => {
    for (const text of texts) expect(conceptsOf(text)).toContain(kind)
  })

  test('is not seen in what names none', () => expect([...conceptsOf('The button is blue.')]).toEqual([]))

  test('wants all words of a cue, and short words whole', () => {
    expect(conceptsOf('The list is sorted.')).not.toContain('sort order')
    expect(conceptsOf('Maximal.')).not.toContain('negative result')
  })
})

describe('words for one another', () => {
  test.each([
    ['Sent twice.', 'Delivery is not idempotent.', 'again'],
    ['Panics on empty input.', 'Throws.', 'crash'],
    ['Anyone can read it.', 'World-readable.', 'world'],
  ])('%s and %s', (one, other, word) => {
    expect(synonymsOf(one)).toContain(word)
    expect(synonymsOf(other)).toContain(word)
  })

  test('are none where there are none', () => expect([...synonymsOf('The button is blue.')]).toEqual([]))
})

describe('words', () => {
  test('of a negation say so', () =>
    expect(spoken("isn't closed")).toEqual(expect.arrayContaining(['!', 'closed'])))
  test('lose their endings', () =>
    expect(new Set(['validated', 'validates', 'validation'].map(stem)).size).toBe(1))
  test('name what stands in the code, whole and by its parts', () =>
    expect(wordsOf('`orders.save` and CheckOrigin in `f`').names).toEqual(
      new Set(['orders.save', 'orders', 'save', 'checkorigin']),
    ))
})
