import { describe, expect, test } from 'vitest'
import { chosen, type Known } from './run-for.ts'

const run = (name: string, more: Partial<Known> = {}): Known => ({
  name,
  branch: `feat/${name}`,
  created: '2026-01-01T00:00:00.000Z',
  active: undefined,
  ...more,
})
const at = (branch: string | undefined, top = '/repo') => ({ branch, top })

describe('chosen', () => {
  test.each<[string, Known[], string | undefined, ReturnType<typeof at>, string]>([
    ['by its branch', [run('a'), run('b')], undefined, at('feat/b'), 'b'],
    ['by its name, whatever is checked out', [run('a'), run('b')], 'a', at('feat/b'), 'a'],
    [
      'of two on one branch the active one',
      [run('a', { active: '/repo' }), run('b', { branch: 'feat/a', created: '2027' })],
      undefined,
      at('feat/a'),
      'a',
    ],
    [
      'of two on one branch the newer one',
      [run('b', { branch: 'feat/a', created: '2027' }), run('a')],
      undefined,
      at('feat/a'),
      'b',
    ],
    [
      'on another branch the one that is active here',
      [run('a', { active: '/repo' }), run('b', { active: '/other' })],
      undefined,
      at('main'),
      'a',
    ],
    ['with no branch at all, too', [run('a', { active: '/repo' })], undefined, at(undefined), 'a'],
  ])('%s', (_, runs, name, place, expected) => expect(chosen(runs, name, place).name).toBe(expected))

  test.each<[string, Known[], string | undefined, ReturnType<typeof at>, RegExp]>([
    ['none', [], undefined, at('main'), /no run belongs to main\nBegin one/],
    ['an unknown name', [run('a')], 'z', at('feat/a'), /there is no run z\nfound a \(feat\/a\)\nName it/],
    [
      'two that are active here',
      [run('a', { active: '/repo' }), run('b', { active: '/repo' })],
      undefined,
      at('main'),
      /no run belongs to main/,
    ],
    [
      'one that is active elsewhere',
      [run('a', { active: '/other' })],
      undefined,
      at('main'),
      /no run belongs to main/,
    ],
  ])('refuses %s', (_, runs, name, place, message) =>
    expect(() => chosen(runs, name, place)).toThrow(message),
  )
})
