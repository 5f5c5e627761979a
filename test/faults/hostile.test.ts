/** A worker that takes itself for the lead, and a repository that brings programs: neither gets its way. */
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { type World, world } from '../support/world.ts'

function runner(): World {
  const w = world()
  w.worker('runs', 'echo ran >>"$WORLD/ran"')
  mkdirSync(join(w.folder, 'outside'))
  return w
}

test("a worker has no verb of the lead's, nor another task's, nor what our own supervisor calls", async () => {
  const w = world()
  w.worker('sleeps', 'sleep 600')
  await w.start('one', 'sleeps')
  await w.start('two', 'sleeps')
  const env = { DISPATCH_ROOT: w.root, DISPATCH_TASK: 'one', DISPATCH_ATTEMPT: '001' }
  const calls = [
    ['start', 'x', '--model', 'sleeps'],
    ['stop', 'two'],
    ['stop', '--all'],
    ['retry', 'two'],
    ['resume', 'two'],
    ['answer', 'two', 'x'],
    ['note', 'two', 'x'],
    ['wait'],
    ['watch'],
    ['config'],
    ['doctor'],
    ['doctor', '--adopt'],
    ['setup'],
    ['_settle', w.root, 'two', '1'],
    ['_expire', w.root, 'two', '1'],
    ['_bootstrap', w.root, 'two', '1'],
  ]
  for (const words of calls)
    expect({ words, code: (await w.dispatch(words, { env, input: '- [ ] One\n' })).code }).toEqual({
      words,
      code: 1,
    })
  expect((await w.tasks()).map(({ state }) => state)).toEqual(['running', 'running'])
  expect(readdirSync(w.path('two', 'attempts'))).toEqual(['001'])
})

test("nothing that a repository's git configuration, hooks and attributes name is run by a verb", async () => {
  const w = runner()
  writeFileSync(join(w.repo, 'file'), 'text\n')
  writeFileSync(join(w.repo, '.gitattributes'), '* diff=evil\n')
  w.git('add', '.')
  w.git('commit', '-q', '-m', 'Files')
  const evil = join(w.folder, 'evil')
  writeFileSync(evil, `#!/bin/sh\necho "$0 $*" >>'${w.folder}/trapped'\ncat\n`)
  chmodSync(evil, 0o755)
  for (const hook of [
    'post-checkout',
    'pre-commit',
    'post-commit',
    'reference-transaction',
    'post-index-change',
    'pre-auto-gc',
  ]) {
    mkdirSync(join(w.repo, '.git/hooks'), { recursive: true })
    cpSync(evil, join(w.repo, '.git/hooks', hook))
  }
  for (const key of [
    'core.fsmonitor',
    'core.pager',
    'core.editor',
    'core.sshCommand',
    'core.askPass',
    'diff.external',
    'diff.evil.textconv',
    'diff.evil.command',
    'pager.log',
    'pager.diff',
    'gpg.program',
    'credential.helper',
  ])
    w.git('config', key, evil)
  await w.ok(['start', 'tree', '--model', 'runs', '--worktree'], { input: '- [ ] One\n' })
  await w.start('plain', 'runs')
  await until(async () => (await w.tasks()).every(({ state }) => state === 'incomplete'))
  for (const words of [
    ['status'],
    ['status', 'tree'],
    ['retry', 'tree'],
    ['output', 'tree'],
    ['log', 'tree'],
    ['models'],
    ['doctor'],
  ])
    await w.dispatch(words)
  expect(existsSync(join(w.folder, 'trapped')) ? readFileSync(join(w.folder, 'trapped'), 'utf8') : '').toBe(
    '',
  )
})
