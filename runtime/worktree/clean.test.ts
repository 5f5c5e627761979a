import { expect, test } from 'vitest'
import { decide, type SiteFacts } from './clean.ts'

const facts = (more: Partial<SiteFacts>): SiteFacts => ({
  ...{ there: true, known: true, problem: undefined, uncommitted: '', tip: 'c0ffee', home: true },
  ...more,
})
const says = ({ folder, branch, commit, why }: ReturnType<typeof decide>) =>
  [folder && 'folder', branch && 'branch', commit && 'commit', why && `(${why})`].filter(Boolean).join(' ')

test.each<[string, Partial<SiteFacts>, string, string]>([
  ['landed', {}, 'folder branch', 'folder branch'],
  ['its folder deleted by hand', { there: false }, 'folder branch', 'folder branch'],
  ['only the branch left', { there: false, known: false }, 'branch', 'branch'],
  ['not landed', { home: false }, '(it is not landed)', 'folder (its branch is not landed)'],
  [
    'not landed, its folder deleted by hand',
    { home: false, there: false },
    'folder (its branch is not landed)',
    'folder (its branch is not landed)',
  ],
  [
    'landed, then changed',
    { uncommitted: 'a' },
    '(it has uncommitted work (a))',
    'folder commit (its branch is not landed)',
  ],
  ['in doubt', { problem: 'it is locked', home: false }, '(it is locked)', '(it is locked)'],
  ['in doubt, though landed', { problem: 'it is locked' }, '(it is locked)', '(it is locked)'],
])('%s', (_, more, plain, asked) => {
  expect(says(decide(facts(more), false))).toBe(plain)
  expect(says(decide(facts(more), true))).toBe(asked)
})
