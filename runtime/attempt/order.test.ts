import { describe, expect, it } from 'vitest'
import { circleIn } from './order.ts'

describe('a circle', () => {
  const rows: [string, Record<string, string[]>, string[] | undefined][] = [
    ['of nothing', {}, undefined],
    ['not of a line', { a: ['b'], b: ['c'], c: [] }, undefined],
    ['not of two ways to one', { a: ['b', 'c'], b: ['d'], c: ['d'] }, undefined],
    ['not of what is not there', { a: ['gone'] }, undefined],
    ['of one', { a: ['a'] }, ['a', 'a']],
    ['of two', { a: ['b'], b: ['a'] }, ['a', 'b', 'a']],
    ['of three, seen from outside it', { x: ['a'], a: ['b'], b: ['c'], c: ['a'] }, ['a', 'b', 'c', 'a']],
    ['behind a line that ends', { a: ['b', 'c'], b: [], c: ['d'], d: ['c'] }, ['c', 'd', 'c']],
    ['of names that every object has', { constructor: ['constructor'] }, ['constructor', 'constructor']],
  ]
  it.each(rows)('%s', (_, after, circle) => expect(circleIn(new Map(Object.entries(after)))).toEqual(circle))

  it('is looked for without trying every way', () => {
    const layers = Array.from({ length: 60 }, (_, layer) => [`${layer}a`, `${layer}b`])
    const after = new Map(
      layers.flatMap((ids, layer) => ids.map((id) => [id, layers[layer + 1] ?? []] as const)),
    )
    expect(circleIn(after)).toBeUndefined()
  })
})
