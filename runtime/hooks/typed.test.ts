import { expect, test } from 'vitest'
import { type Typed, typedVerb } from './typed.ts'

const known = {
  taskExists: (id: string) => ['login', 'security-audit', 'status'].includes(id),
  isOpen: (id: string, number: string) => id === 'login' && ['001', '002'].includes(number),
}

/** An answer of `login`, or of the open question `number`. */
const answers = (stdin: string, number?: string): Typed => ({
  argv: ['answer', 'login', ...(number === undefined ? [] : [number])],
  stdin,
})

const CASES: [command: string, args: string, expected: Typed | undefined][] = [
  ['dispatch:status', '', { argv: ['status'] }],
  ['dispatch', 'status', { argv: ['status'] }],
  ['dispatch:dispatch', 'status', { argv: ['status'] }],
  ['dispatch', '  status \n', { argv: ['status'] }],
  ['dispatch:status', 'login', { argv: ['status', 'login'] }],
  ['dispatch:status', ' security-audit ', { argv: ['status', 'security-audit'] }],
  ['dispatch', 'status login', { argv: ['status', 'login'] }],
  ['dispatch:dispatch', 'status\tlogin', { argv: ['status', 'login'] }],
  ['dispatch', 'status status', { argv: ['status', 'status'] }],
  ['dispatch', 'status page redesign', undefined],
  ['dispatch', 'status page', undefined],
  ['dispatch:status', 'of everything', undefined],
  ['dispatch:status', 'login security-audit', undefined],
  ['dispatch:status', 'login --json', undefined],
  ['dispatch:status', '--json', undefined],
  ['dispatch:status', '--all', undefined],
  ['dispatch', 'status: build a status page', undefined],
  ['dispatch', 'Status', undefined],
  ['dispatch', 'status.', undefined],
  ['dispatch', 'statuses', undefined],

  ['dispatch:stop', 'login', { argv: ['stop', 'login'] }],
  ['dispatch', 'stop login', { argv: ['stop', 'login'] }],
  ['dispatch', 'stop --all', { argv: ['stop', '--all'] }],
  ['dispatch:stop', '--all', { argv: ['stop', '--all'] }],
  ['dispatch', 'stop', undefined],
  ['dispatch:stop', '', undefined],
  ['dispatch', 'stop logging emails', undefined],
  ['dispatch', 'stop logging', undefined],
  ['dispatch', 'stop login emails', undefined],
  ['dispatch', 'stop login --all', undefined],
  ['dispatch', 'stop --all login', undefined],
  ['dispatch', 'stop all', undefined],
  ['dispatch', 'stop ../login', undefined],

  ['dispatch:output', 'login', { argv: ['output', 'login'] }],
  ['dispatch', 'output login', { argv: ['output', 'login'] }],
  ['dispatch', 'output', undefined],
  ['dispatch', 'output format of the report', undefined],
  ['dispatch', 'output --all', undefined],
  ['dispatch:log', 'login', { argv: ['log', 'login'] }],
  ['dispatch', 'log login', { argv: ['log', 'login'] }],
  ['dispatch', 'log login --follow', undefined],
  ['dispatch', 'log rotation for the server', undefined],

  ['dispatch:answer', 'login yes', answers('yes')],
  ['dispatch', 'answer login yes', answers('yes')],
  ['dispatch:dispatch', 'answer login use UTC, always', answers('use UTC, always')],
  ['dispatch:answer', 'login 001 yes', answers('yes', '001')],
  ['dispatch', 'answer login 002 no', answers('no', '002')],
  ['dispatch', 'answer login 404 is the right code', answers('404 is the right code')],
  ['dispatch', 'answer login 404', answers('404')],
  ['dispatch', 'answer login 001', undefined],
  ['dispatch', 'answer login 001 \n', undefined],
  ['dispatch', 'answer login 1 retry is enough', answers('1 retry is enough')],
  ['dispatch', 'answer login 0012 x', answers('0012 x')],
  ['dispatch', 'answer login', undefined],
  ['dispatch', 'answer login  \n ', undefined],
  ['dispatch:answer', '', undefined],
  ['dispatch', 'answer', undefined],
  ['dispatch', 'answer yes', undefined],
  ['dispatch', 'answer the customer mails', undefined],
  ['dispatch', 'answer Login yes', undefined],
  ['dispatch:answer', 'login   `x` $(id) "q" \'s\' \\ é 🎉 —', answers('`x` $(id) "q" \'s\' \\ é 🎉 —')],
  ['dispatch:answer', 'login - first\n- second', answers('- first\n- second')],
  ['dispatch:answer', 'login --all', answers('--all')],
  ['dispatch:answer', 'login -', answers('-')],
  ['dispatch:answer', 'login\n    indented\n\n  code\n', answers('    indented\n\n  code\n')],
  ['dispatch:answer', 'login \r\n x\r\ny\r\n', answers(' x\r\ny\r\n')],
  ['dispatch:answer', 'login 001\n  x ', answers('  x ', '001')],
  ['dispatch:answer', 'login yes  ', answers('yes  ')],
  ['dispatch:answer', '\n login yes', answers('yes')],
  ['dispatch:answer', 'login \u00a0nbsp\u2028', answers('\u00a0nbsp\u2028')],
  ['dispatch:answer', `login ${'x\n'.repeat(100_000)}`, answers('x\n'.repeat(100_000))],

  ['dispatch', '', undefined],
  ['dispatch', 'login', undefined],
  ['dispatch', 'use opus to fix the login', undefined],
  ['dispatch', 'land login', undefined],
  ['dispatch', 'clean login', undefined],
  ['dispatch', 'retry login', undefined],
  ['dispatch:clean', 'login', undefined],
  ['dispatch:continue', 'login', undefined],
  ['dispatch:config', '', undefined],
  ['status', '', undefined],
  ['other:status', '', undefined],
  ['other:dispatch', 'status', undefined],
  ['dispatch:status:x', '', undefined],
]

test('the table is large enough', () => expect(CASES.length).toBeGreaterThanOrEqual(40))

test.for(CASES)('/%s %j', ([command, args, expected]) => {
  expect(typedVerb(command, args, known)).toEqual(expected)
})
