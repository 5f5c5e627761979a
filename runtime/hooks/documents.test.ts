import { expect, test } from 'vitest'
import { parseYaml } from '../io/yaml.ts'
import { readWishes } from './documents.ts'

test('reads what each document asks for', () => {
  const text = '\n---\nid: a\nmodel: opus\nprofile: "edit"\n---\n- [ ] x\n---\nid: b\n---\n'
  expect(readWishes(text)).toEqual([
    { model: 'opus', profile: 'edit' },
    { model: undefined, profile: undefined },
  ])
})

/** Front matter out of pieces that YAML might read in more ways than we do. */
const PIECES = [
  'id: a',
  'profile',
  'model',
  ':',
  ' ',
  '\n',
  '  ',
  '"',
  "'",
  '#',
  '&x',
  '*x',
  '!!str',
  '|',
  '>-',
  '{',
  '}',
]
PIECES.push(
  '[',
  ']',
  ',',
  '?',
  '-',
  '<<',
  'full',
  'edit',
  'read-only',
  'null',
  '~',
  '\\u0070',
  '%',
  '@',
  '`',
  'é',
  '4',
  '\t',
)
PIECES.push(
  'profile: edit',
  'model: opus',
  'title: x',
  'after: [b]',
  "profile: 'full'",
  'model: "4o"',
  'worktree: true',
)

test('whatever it accepts, a YAML parser reads the same profile and model', { timeout: 30_000 }, () => {
  let seed = 7
  const random = (most: number) => {
    seed = (seed * 48271) % 2147483647
    return seed % most
  }
  let accepted = 0
  for (let i = 0; i < 60_000; i++) {
    const some = Array.from(
      { length: random(9) },
      () => (PIECES[random(PIECES.length)] ?? '') + (random(2) ? '\n' : ''),
    )
    const front = `id: a\n${some.join('')}`
    const wish = readWishes(`---\n${front}\n---\n- [ ] x`)?.[0]
    if (wish === undefined) continue
    accepted++
    expect(parseYaml(front, 'x'), front).toMatchObject(JSON.parse(JSON.stringify(wish)))
    const keys = Object.keys(parseYaml(front, 'x') as object)
    expect(keys.includes('profile'), front).toBe(wish.profile !== undefined)
    expect(keys.includes('model'), front).toBe(wish.model !== undefined)
  }
  expect(accepted).toBeGreaterThan(1000)
})
