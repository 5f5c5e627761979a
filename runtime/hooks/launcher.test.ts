/** bin/dispatch with a bundle that prints what it was given, in folders and environments that are unkind to it. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

vi.setConfig({ testTimeout: 30_000 }) // each starts a few processes, and others may share the machine

const repository = fileURLToPath(new URL('../..', import.meta.url))
const shells = ['sh', 'dash', 'bash', 'zsh'].filter((name) => spawnSync(name, ['-c', ':']).status === 0)

let folder: string
let plugin: string
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'launcher '))
  plugin = join(folder, "a plug-in's  home")
  for (const name of ['bin', 'dist']) mkdirSync(join(plugin, name), { recursive: true })
  copyFileSync(join(repository, 'bin/dispatch'), join(plugin, 'bin/dispatch'))
  chmodSync(join(plugin, 'bin/dispatch'), 0o755)
  writeFileSync(join(plugin, 'package.json'), '{"type":"module"}')
  const print = `process.stdout.write(JSON.stringify({ argv: process.argv.slice(2), stdin: readFileSync(0, 'utf8') }))`
  writeFileSync(
    join(plugin, 'dist/cli.cjs'),
    `const { readFileSync } = require('node:fs')\n${print}\nprocess.exitCode = 3\n`,
  )
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The bundle ends with 3, so that a launcher which swallows the exit code is seen. */
const started = (argv: string[], stdin = '') => ({
  status: 3,
  stderr: '',
  stdout: JSON.stringify({ argv, stdin }),
})
const nothing = { status: 0, stderr: '', stdout: '' }

function run(file: string, args: string[], options: { env?: object; input?: string; cwd?: string } = {}) {
  const { status, stderr, stdout } = spawnSync(file, args, {
    encoding: 'utf8',
    input: options.input ?? '',
    cwd: options.cwd ?? folder,
    env: { PATH: process.env.PATH, ...options.env },
  })
  return { status, stderr, stdout }
}

describe('finds the bundle', () => {
  const args = ['status', '', 'two words', '*', "it's", '-x', 'é\n']

  test('from its own path, with every word as it was', () => {
    expect(run(join(plugin, 'bin/dispatch'), args)).toEqual(started(args))
  })

  test('through PATH, with CDPATH set', () => {
    const env = { PATH: `${join(plugin, 'bin')}:${process.env.PATH}`, CDPATH: '/' }
    expect(run('sh', ['-c', 'dispatch "$@"', 'sh', ...args], { env })).toEqual(started(args))
  })

  test('through a chain of absolute and relative links', () => {
    mkdirSync(join(folder, 'x y'))
    symlinkSync(join(plugin, 'bin/dispatch'), join(folder, 'x y/one'))
    symlinkSync('x y/one', join(folder, 'two'))
    symlinkSync('../two', join(folder, 'x y/-three'))
    expect(run(join(folder, 'x y/-three'), args)).toEqual(started(args))
    expect(run('sh', ['./-three', ...args], { cwd: join(folder, 'x y') })).toEqual(started(args))
  })

  test('through a linked folder', () => {
    symlinkSync(join(plugin, 'bin'), join(folder, 'linked'))
    expect(run(join(folder, 'linked/dispatch'), args)).toEqual(started(args))
  })

  test('through `..` behind a linked folder, and through dots and slashes', () => {
    symlinkSync(join(plugin, 'dist'), join(folder, 'linked'))
    for (const path of [`${folder}/linked/../bin`, `${plugin}/./bin`, `${plugin}//bin`, `${plugin}/bin/`])
      expect(run(`${path}/dispatch`, args)).toEqual(started(args))
  })

  test('by a relative path, and by name alone', () => {
    expect(run('./bin/dispatch', args, { cwd: plugin })).toEqual(started(args))
    const env = { CDPATH: '/' } // where there is another bin
    expect(run('bin/dispatch', args, { cwd: plugin, env })).toEqual(started(args))
    const cwd = join(plugin, 'bin')
    expect(run('sh', ['dispatch', ...args], { cwd })).toEqual(started(args))
  })

  test('with standard input', () => {
    const input = '`x` $(id) \\n %s é\n\n'
    expect(run(join(plugin, 'bin/dispatch'), ['note', 'a'], { input })).toEqual(started(['note', 'a'], input))
  })

  test.for(shells)('in %s', (shell) => {
    expect(run(shell, [join(plugin, 'bin/dispatch'), ...args])).toEqual(started(args))
    const input = '{"command":"dispatch status"}'
    const hook = [join(plugin, 'bin/dispatch'), 'hook', 'pre-tool-use']
    expect(run(shell, hook, { input })).toEqual(started(['hook', 'pre-tool-use'], input))
  })
})

describe('says what is missing', () => {
  test('node', () => {
    const bin = join(folder, 'few')
    mkdirSync(bin)
    for (const name of ['readlink', 'cat']) symlinkSync(`/bin/${name}`, join(bin, name))
    symlinkSync(join(plugin, 'bin/dispatch'), join(folder, 'link'))
    const result = run('/bin/sh', [join(folder, 'link'), 'status'], { env: { PATH: bin } })
    expect(result).toMatchObject({ status: 69, stdout: '' })
    expect(result.stderr).toContain('Node.js 20.19')
  })

  test('the bundle', () => {
    rmSync(join(plugin, 'dist/cli.cjs'))
    const result = run(join(plugin, 'bin/dispatch'), ['status'])
    expect(result).toMatchObject({ status: 69, stdout: '' })
    expect(result.stderr).toContain(join(plugin, 'dist/cli.cjs'))
  })
})

describe('hooks', () => {
  const launch = (args: string[], input: string, env = {}) =>
    run(join(plugin, 'bin/dispatch'), args, { input, env: { DISPATCH_TASK: '', ...env } })

  test('about a command that is not ours start nothing', () => {
    expect(launch(['hook', 'pre-tool-use'], '{"command":"ls -l"}')).toEqual(nothing)
    expect(launch(['hook', 'pre-tool-use'], '')).toEqual(nothing)
  })

  test('about ours get their input as it was', () => {
    const input = `{"command":"dispatch note a '\\\\n %s %% \\u0000 é ${'x'.repeat(300_000)}'"}`
    expect(launch(['hook', 'pre-tool-use'], input)).toEqual(started(['hook', 'pre-tool-use'], input))
  })

  test('of other events are not looked into', () => {
    expect(launch(['hook', 'session-start'], '{}')).toEqual(started(['hook', 'session-start'], '{}'))
  })

  test('are silent in a worker, verbs are not', () => {
    const env = { DISPATCH_TASK: 'login' }
    for (const event of ['pre-tool-use', 'session-start', 'user-prompt-expansion'])
      expect(launch(['hook', event], '{"command":"dispatch status"}', env)).toEqual(nothing)
    expect(launch(['plan'], '', env)).toEqual(started(['plan']))
  })

  test('a variable of the caller is not taken for input', () => {
    expect(launch(['hook', 'session-start'], 'real', { input: 'planted' })).toEqual(
      started(['hook', 'session-start'], 'real'),
    )
  })
})

test('hooks.json starts the launcher, quoted, for each event', () => {
  const { hooks } = JSON.parse(readFileSync(join(repository, 'hooks/hooks.json'), 'utf8'))
  const commands = Object.entries<{ hooks: { command: string; timeout: number }[] }[]>(hooks).flatMap(
    ([event, groups]) => groups.flatMap((group) => group.hooks.map((hook) => ({ event, ...hook }))),
  )
  expect(commands.map(({ event }) => event).sort()).toEqual([
    'PreToolUse',
    'PreToolUse',
    'SessionStart',
    'Stop',
    'SubagentStop',
    'UserPromptExpansion',
  ])
  for (const { event, command, timeout } of commands) {
    const kebab = event.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase()
    const result = run('sh', ['-c', command], { env: { CLAUDE_PLUGIN_ROOT: plugin }, input: '"dispatch"' })
    // Of the guard nothing is heard where no run is active.
    expect(result).toEqual(command.endsWith(' hook guard') ? nothing : started(['hook', kebab], '"dispatch"'))
    expect(timeout).toBeLessThanOrEqual(30)
  }
})
