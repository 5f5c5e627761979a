import { expect, test } from 'vitest'
import { rarityIn, shared } from './rarity.ts'

const words = (text: string) => new Set(text.split(' '))
const TEXTS = [
  'cart total float',
  'cart total drift',
  'cart query slow',
  'cart owner',
  'cart owner token',
  'cart',
].map(words)
const rarity = rarityIn(TEXTS)

test('a word that two have tells as much as one, and one that all have next to nothing', () => {
  expect([rarity.of('float'), rarity.of('total'), rarity.of('unheard')]).toEqual([1, 1, 1])
  expect(rarity.of('cart')).toBeLessThan(0.2)
})

test('what two texts share is weighed by it', () => {
  const [first = new Set(), second = new Set(), third = new Set()] = TEXTS
  const near = shared(first, second, rarity)
  const far = shared(first, third, rarity)
  expect(near.weight - far.weight).toBeCloseTo(1)
  expect(near.share).toBeGreaterThan(0.5)
  expect(far.share).toBeLessThan(0.1)
  expect(shared(first, first, rarity).alike).toBe(1)
  expect(shared(new Set(), new Set(), rarity)).toEqual({ weight: 0, share: 0, alike: 0 })
})
