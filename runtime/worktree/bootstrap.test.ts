import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { append } from '../io/handling.ts'
import { readIfThere } from '../io/reading.ts'
import { runBootstrap } from './bootstrap.ts'
import { type Scratch, scratch } from './scratch.ts'

let box: Scratch
beforeAll(() => {
  box = scratch()
})
afterAll(() => box.remove())

const run = (command: string[], log: string, more: NodeJS.ProcessEnv = {}) =>
  runBootstrap({
    command,
    cwd: box.folder,
    env: { PATH: process.env.PATH, ...more },
    log: join(box.folder, log),
  })

test('runs in the worktree with its output, both kinds, appended to the log', async () => {
  append(join(box.folder, 'one'), 'before\n')
  await run(['sh', '-c', 'pwd; echo "$GREETING" >&2'], 'one', { GREETING: 'hi $(id)' })
  expect(readIfThere(join(box.folder, 'one'))).toBe(`before\n${box.folder}\nhi $(id)\n`)
})

test('no shell reads it, and there is nothing on its standard input', async () => {
  await run(['printf', '%s|', '$HOME', 'a b', ';', '*'], 'two')
  await run(['cat'], 'two')
  expect(readIfThere(join(box.folder, 'two'))).toBe('$HOME|a b|;|*|')
})

test('no command is no bootstrap', () => expect(run([], 'none')).resolves.toBeUndefined())

test.each<[string, string[], number, RegExp]>([
  [
    'a code',
    ['sh', '-c', 'echo 1; echo 2; echo; echo 3; echo 4 >&2; exit 3'],
    1,
    /failed \(exit 3\)[\s\S]*found 2 \/ 3 \/ 4\n.*failing/,
  ],
  ['a signal', ['sh', '-c', 'kill -9 $$'], 1, /failed \(SIGKILL\)[\s\S]*found no output/],
  ['no such program', ['no-such-program-here'], 69, /not found: no-such-program-here[\s\S]*config\.yaml/],
])('%s is a failure that shows the last lines and the log', async (_, command, exit, message) => {
  append(join(box.folder, 'failing'), 'an earlier line\n')
  await expect(run(command, 'failing')).rejects.toMatchObject({
    exit,
    message: expect.stringMatching(message),
  })
})
