import { expect, it } from 'vitest'
import { hostsOfAnswers, QUESTIONS } from './registries.ts'

/** The hosts that one tool's printed answer comes to. */
const read = (program: string, args: string, stdout: string) =>
  hostsOfAnswers(
    QUESTIONS.filter(
      (question) => question.programs.includes(program) && question.args.join(' ').startsWith(args),
    ).map(({ addresses }) => ({ addresses: addresses(stdout) })),
  )

it.each<[string, string, string, string[]]>([
  [
    'npm',
    'config',
    '{"registry":"https://npm.test:8443/x/","@a:registry":"http://scoped.test/","proxy":"http://proxy.test/","@b:registry":null}',
    ['npm.test', 'scoped.test'],
  ],
  ['npm', 'config', 'npm error', []],
  ['npm', 'config', '[1]', []],
  ['pnpm', 'config', 'https://pnpm.test/\n', ['pnpm.test']],
  ['yarn', 'config get registry', 'undefined\n', []],
  ['yarn', 'config get npm', 'https://yarn.test\n', ['yarn.test']],
  [
    'pip',
    'config',
    "global.index-url='https://user:secret@pip.test/simple'\nglobal.proxy='https://proxy.test'\n:env:.extra-index-url='https://a.test/x file:///opt https://b.test'\n",
    ['a.test', 'b.test', 'pip.test'],
  ],
  [
    'pip',
    'install',
    '  -i, --index-url <url>  Base URL of the index (default https://pip.test/simple). This should\n  --extra-index-url <url>  More.',
    ['pip.test'],
  ],
  [
    'go',
    'env',
    'https://proxy.test,https://other.test|direct\nsum.test\n',
    ['other.test', 'proxy.test', 'sum.test'],
  ],
  ['go', 'env', 'off\noff\n', []],
  ['go', 'env', 'direct\nsum.test+033de0ae https://mirror.test/sum\n', ['mirror.test']],
])('%s %s: %j', (program, args, stdout, hosts) => {
  expect(read(program, args, stdout)).toEqual(hosts)
})

it('opens the place of the files only where their index is in use', () => {
  const companion = { addresses: ['https://index.test/', 'https://files.test'], companion: true } as const
  expect(hostsOfAnswers([companion, { addresses: ['https://mine.test/simple'] }])).toEqual(['mine.test'])
  expect(hostsOfAnswers([companion, { addresses: ['https://index.test/simple'] }])).toEqual([
    'files.test',
    'index.test',
  ])
})

it('takes what is reached over the web, and nothing else', () => {
  const addresses = [
    'sparse+https://cargo.test/i/',
    'file:///opt',
    'ssh://git.test/x',
    'none',
    'http://[::1]:4873/',
  ]
  expect(hostsOfAnswers([{ addresses }])).toEqual(['[::1]', 'cargo.test'])
})
