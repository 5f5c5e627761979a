/** Links and names that lead elsewhere: never followed. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { type World, world } from '../support/world.ts'

function runner(): World {
  const w = world()
  w.worker('runs', 'echo ran >>"$WORLD/ran"')
  mkdirSync(join(w.folder, 'outside'))
  return w
}

describe('links', () => {
  test.each(['.dispatch', '.dispatch/tasks', '.dispatch/tasks/one'])(
    'in the place of %s: not followed',
    async (name) => {
      const w = runner()
      await w.start('one', 'runs')
      await w.start('two', 'runs')
      await until(async () => (await w.tasks()).every(({ state }) => state === 'incomplete'))
      const before = readFileSync(join(w.folder, 'ran'), 'utf8')
      const outside = join(w.folder, 'outside', 'it')
      renameSync(join(w.repo, name), outside)
      symlinkSync(outside, join(w.repo, name))
      for (const words of [
        ['retry', 'one'],
        ['resume', 'one'],
        ['note', 'one', 'x'],
        ['output', 'one'],
        ['status', 'one'],
      ])
        expect({ words, code: (await w.dispatch(words)).code }).toEqual({ words, code: 1 })
      const { code, stdout, stderr } = await w.dispatch(['status'])
      if (name.endsWith('one')) expect(stdout.trim().split('\n')).toEqual([expect.stringContaining('two')])
      else expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('symbolic link') })
      expect(readFileSync(join(w.folder, 'ran'), 'utf8')).toBe(before)
    },
  )

  test('that a worker lays in its own folder lead nobody out of it', async () => {
    const w = world()
    writeFileSync(join(w.folder, 'secret'), 'the secret')
    w.worker(
      'links',
      `cd .dispatch/tasks/one; rm -rf ipc notes; mkdir "$WORLD/elsewhere"; ln -s "$WORLD/elsewhere" ipc; ln -s "$WORLD/elsewhere" notes
echo x >"$WORLD/elsewhere/001.question"; ln -s "$WORLD/secret" output.md; ln -s "$WORLD/secret" context.md; exit 3`,
    )
    await w.start('one', 'links')
    expect(await w.ok(['wait', '--timeout', '10s'])).toMatch(/^one failed/)
    w.worker('links', 'cat >"$WORLD/prompt"')
    for (const words of [
      ['answer', 'one', 'x'],
      ['note', 'one', 'x'],
      ['output', 'one'],
      ['retry', 'one'],
      ['status', 'one'],
    ]) {
      const { code, stdout, stderr } = await w.dispatch(words)
      expect(code).not.toBe(70)
      expect(stdout + stderr).not.toContain('the secret')
    }
    expect(readdirSync(join(w.folder, 'elsewhere'))).toEqual(['001.question'])
    const prompt = join(w.folder, 'prompt')
    expect(existsSync(prompt) ? readFileSync(prompt, 'utf8') : '').not.toContain('the secret')
  })
})

const IDS = [
  '../x',
  '/etc/x',
  '',
  '.',
  '..',
  'a/b',
  'x'.repeat(65),
  'Upper',
  'ünï',
  'a_b',
  '-a',
  'a-',
  'a\nb',
  'con trol',
]
test('an id that is none is refused by every verb, before a path is made of it', async () => {
  const w = world()
  const calls = IDS.flatMap((id) => [
    ['start', id],
    ...(id === '' ? [] : [['status', id]]),
    ['note', id, 'x'],
  ])
  const refusals = calls.map(async (words) => {
    const { code, stderr } = await w.dispatch(words, { input: '- [ ] One\n' })
    expect({ words, code, stderr }).toEqual({
      words,
      code: expect.toBeOneOf([1, 64]),
      stderr: expect.stringMatching(/^dispatch: ./),
    })
  })
  const workers = IDS.map(async (id) => {
    const env = { DISPATCH_TASK: id, DISPATCH_ATTEMPT: '001', DISPATCH_ROOT: w.root }
    expect({ id, code: (await w.dispatch(['tick', '1'], { env })).code }).toEqual({
      id,
      code: expect.toBeOneOf([1, 64]),
    })
  })
  await Promise.all([...refusals, ...workers])
  expect(readdirSync(w.repo)).toEqual(['.git'])
  expect(readdirSync(w.folder).sort()).toEqual(['bin', 'home', 'path', 'repo'])
})
