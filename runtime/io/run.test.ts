import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { runCommand } from './run.ts'

const options = { cwd: tmpdir(), env: { PATH: process.env.PATH, MINE: 'yes', LC_ALL: 'tr_TR.UTF-8' } }

it.each([
  [
    'both streams and success',
    ['sh', '-c', 'echo out; echo err >&2'],
    { ok: true, code: 0, stdout: 'out', stderr: 'err' },
  ],
  ['a failure', ['sh', '-c', 'exit 3'], { ok: false, code: 3, missing: false }],
  ['a signal: no code, and not ok', ['sh', '-c', 'kill -9 $$'], { ok: false, code: null, timedOut: false }],
  ['no such program', ['no-such-program-here'], { ok: false, code: null, missing: true }],
  ['no permission', ['/'], { ok: false, code: null, missing: false }],
  ['arguments as they are', ['printf', '%s.', '$HOME `x`', 'a b'], { stdout: '$HOME `x`.a b.' }],
  [
    'the environment given, no other, and the locale C',
    ['sh', '-c', 'echo $MINE $LC_ALL "$HOME"'],
    { stdout: 'yes C ' },
  ],
])('reports %s', async (_, argv, expected) => {
  expect(await runCommand(argv, options)).toMatchObject(expected)
})

it('gives the input, and an end of input where there is none', async () => {
  const input = '`$(x)` "é"\n'.repeat(20_000)
  expect((await runCommand(['cat'], { ...options, input })).stdout).toBe(input.replace(/\n$/, ''))
  expect(await runCommand(['cat'], { ...options, timeout: 20_000 })).toMatchObject({ ok: true, stdout: '' })
})

it('ends what takes too long, with the children that hold its output open', async () => {
  const started = Date.now()
  const result = await runCommand(['sh', '-c', 'echo early; sleep 60 & wait'], { ...options, timeout: 300 })
  expect(result).toMatchObject({ ok: false, code: null, timedOut: true, stdout: 'early' })
  expect(Date.now() - started).toBeLessThan(10_000)
})

it('does not take a missing folder for a missing program', async () => {
  await expect(runCommand(['true'], { ...options, cwd: '/no/such/folder' })).rejects.toMatchObject({
    exit: 69,
  })
})
