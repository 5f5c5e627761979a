import { describe, expect, test } from 'vitest'
import { DispatchError } from '../io/errors.ts'
import { type Mark, parsePlan, scanPlan } from './plan.ts'
import { withTexts } from './words.ts'

const brief = (text: string) =>
  parsePlan(text).items.map(({ line, mark, text, note }) => [line, mark, text, note])

describe('items', () => {
  const cases: [string, string, [number, Mark, string, string | undefined][]][] = [
    ['open', '- [ ] a\n', [[1, 'open', 'a', undefined]]],
    [
      'all marks',
      '- [ ] a\n- [~] b\n- [x] c\n- [X] d\n- [?] e\n- [!] f',
      [
        [1, 'open', 'a', undefined],
        [2, 'doing', 'b', undefined],
        [3, 'done', 'c', undefined],
        [4, 'done', 'd', undefined],
        [5, 'blocked', 'e', undefined],
        [6, 'failed', 'f', undefined],
      ],
    ],
    [
      'bullets',
      '* [ ] a\n+ [ ] b\n1. [ ] c\n2) [ ] d\n',
      [
        [1, 'open', 'a', undefined],
        [2, 'open', 'b', undefined],
        [3, 'open', 'c', undefined],
        [4, 'open', 'd', undefined],
      ],
    ],
    [
      'nested, tabs',
      '- [ ] a\n  - [x] b\n\t* [ ]\tc\n',
      [
        [1, 'open', 'a', undefined],
        [2, 'done', 'b', undefined],
        [3, 'open', 'c', undefined],
      ],
    ],
    [
      'in progress',
      '- [ ] a (in progress)\n- [~] b (in progress)\n',
      [
        [1, 'doing', 'a', undefined],
        [2, 'doing', 'b', undefined],
      ],
    ],
    [
      'note',
      '- [x] Scan — found 2 in a.ts:14 — and b\n',
      [[1, 'done', 'Scan', 'found 2 in a.ts:14 — and b']],
    ],
    [
      'em dash of an open item is text',
      '- [ ] Fix — the login\n',
      [[1, 'open', 'Fix — the login', undefined]],
    ],
    [
      'Windows, BOM, no end',
      '\uFEFF- [ ] ä 🎉 \r\n- [x] b',
      [
        [1, 'open', 'ä 🎉', undefined],
        [2, 'done', 'b', undefined],
      ],
    ],
    [
      'fences',
      '- [ ] a\n```md\n- [ ] no\n~~~\n```\n~~~~\n- [ ] no\n```\n~~~\n~~~~\n- [ ] b',
      [
        [1, 'open', 'a', undefined],
        [11, 'open', 'b', undefined],
      ],
    ],
    [
      'comments',
      '<!-- - [ ] no -->\n<!--\n- [ ] no\n-->\n- [ ] a <!-- [x] -->\n',
      [[5, 'open', 'a <!-- [x] -->', undefined]],
    ],
    [
      'links and quotes are none',
      '- [x](http://a)\n- [docs] b\n- [1] c\n> - [ ] d\n- [ ] e\n',
      [[5, 'open', 'e', undefined]],
    ],
  ]
  test.each(cases)('%s', (_, text, items) => expect(brief(text)).toEqual(items))

  test('ten thousand take no more than in proportion', () => {
    const time = (n: number) => {
      const text = Array.from({ length: n }, (_, at) => `- [x] item ${at} — with — a note\n`).join('')
      const from = performance.now()
      expect(parsePlan(text).items).toHaveLength(n)
      return performance.now() - from
    }
    const least = (n: number) => Math.min(...Array.from({ length: 6 }, () => time(n)))
    // Ten times as many; a hundred times as long would be the square.
    expect(least(10_000) / least(1000)).toBeLessThan(50)
  })
})

describe('title, context, deliverables', () => {
  const text = `# Security *audit* #\n\n- [ ] a\n\n## Context\n\n\`\`\`sh\n# no heading\n\`\`\`\n- [ ] no item\n### more\n\n## Steps\n- [ ] Write to \`.dispatch/tasks/audit/output.md\`.\n- [ ] Read .dispatch/tasks/other/output.md and .dispatch/tasks/audit/../x\n`
  test('are found', () => {
    const plan = parsePlan(text)
    expect(plan.title).toBe('Security *audit*')
    expect(plan.context).toBe('```sh\n# no heading\n```\n- [ ] no item\n### more')
    expect(plan.items.map(({ line }) => line)).toEqual([3, 14, 15])
    expect(plan.deliverables('audit')).toEqual(['.dispatch/tasks/audit/output.md'])
    expect(plan.deliverables('nothing')).toEqual([])
  })
  test('context at the end, with Windows line ends', () =>
    expect(parsePlan('- [ ] a\r\n## Context\r\nx\r\n\r\ny\r\n').context).toBe('x\r\n\r\ny'))
  test('none', () => expect(parsePlan('- [ ] a')).toMatchObject({ title: undefined, context: undefined }))
})

test.each([
  ['next line', '- [?] a\n> **Blocker:** Which?\n- [ ] b', { blocker: 'Which?' }],
  ['indented, after a blank line', '- [?] a\n\n  > **Blocker:** Which?\n', { blocker: 'Which?' }],
  ['several lines', '- [?] a\n> **Blocker:** x\n>\n>   y\n', { blocker: 'x\n\n  y' }],
  ['error', '- [!] a\r\n> Error: auth/ not found\r\n', { error: 'auth/ not found' }],
  [
    'an error inside a blocker',
    '- [?] a\n> **Blocker:** it said\n> Error: no\n',
    { blocker: 'it said\nError: no' },
  ],
  ['behind the paragraph of the item', '- [?] a\n  goes on\n> **Blocker:** x\n', { blocker: 'x' }],
  ['behind a quote of somebody', '- [?] a\n> hello\n\n> Error: x\n', { error: 'x' }],
])('reason: %s', (_, text, reason) => {
  const { blocker, error } = parsePlan(text).items[0] ?? {}
  expect({ blocker, error }).toEqual({ blocker: undefined, error: undefined, ...reason })
})
test('the reason of the next item is not ours', () =>
  expect(parsePlan('- [?] a\n- [?] b\n> **Blocker:** x').items.map(({ blocker }) => blocker)).toEqual([
    undefined,
    'x',
  ]))

test('known words keep their em dash', () => {
  const { items } = scanPlan(
    '- [x] Fix — the login — done — all\n- [ ] Fix — the login — again\n- [x] New — note\n- [x] Fix — the login\n',
  )
  expect(withTexts(items, new Set(['Fix', 'Fix — the login'])).map(({ text, note }) => [text, note])).toEqual(
    [
      ['Fix — the login', 'done — all'],
      ['Fix — the login', 'again'],
      ['New', 'note'],
      ['Fix — the login', undefined],
    ],
  )
})

test.each([
  ['empty', '', 1, 'empty'],
  ['white space', '\n \r\n', 1, 'empty'],
  ['no item', '# Title\n\ntext\n', 3, 'no item'],
  ['unclosed fence', '```\n- [ ] a\n', 2, 'line 1'],
  ['only under Context', '## Context\n- [ ] a', 2, 'no item'],
  ['two characters', '- [ ] a\n- [xx] foo\n', 2, '[xx]'],
  ['no space behind the bullet', '- [ ] a\n-[ ] foo\n', 2, '-[ ] foo'],
  ['no space behind the bracket', '- [ ]foo\n', 1, '- [ ]foo'],
  ['nothing between', '- [] foo\n', 1, '- [] foo'],
  ['no words', '- [ ] a\n- [ ]\n', 2, '- [ ]'],
  ['bracket left open', '- [ ] a\n- [ foo\n', 2, '- [ foo'],
  ['binary', '- [ ] a\n- [ ] b\0\n', 2, 'NUL'],
])('unusable: %s', (_, text, line, found) => {
  const error = caught(() => parsePlan(text, 'dir/plan.md'))
  expect(error.exit).toBe(65)
  expect(error.complaint.where).toBe(`dir/plan.md:${line}`)
  expect(error.complaint.found).toContain(found)
  expect(error.complaint.expected).toContain('- [ ]')
})
test('a broken marker does not stop what is in use', () =>
  expect(scanPlan('- [ ] a\n- [xx] b')).toMatchObject({
    damage: undefined,
    problems: [{ line: 2, found: '- [xx] b' }],
  }))

function caught(run: () => unknown): DispatchError {
  try {
    run()
  } catch (error) {
    if (error instanceof DispatchError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
