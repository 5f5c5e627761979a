/** Proves the harness itself: that both real clients can be scripted, watched and woken. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { addedSince, totals } from './context.ts'
import { CURRENT, claudeBinary, VERSIONS } from './install.ts'
import { type ModelServer, startModelServer } from './model-server.ts'
import { type Interactive, openInteractive, runHeadless, toolResults } from './run-claude.ts'
import { bash, call, rules, say, sequence, use } from './script.ts'

let folder: string
let home: string
let cwd: string
let server: ModelServer
let session: Interactive | undefined

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'harness-'))
  home = join(folder, 'home')
  cwd = join(folder, 'project')
  mkdirSync(home)
  mkdirSync(cwd)
  server = await startModelServer(sequence())
})

afterEach(async () => {
  await session?.close()
  session = undefined
  await server.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

describe.for(VERSIONS)('claude %s', (version) => {
  const it = test.skipIf(claudeBinary(version) === undefined)

  it('runs one headless turn with one shell command', async () => {
    server.script(sequence(bash('echo from-the-shell'), say('all good')))
    const args = ['--permission-mode', 'bypassPermissions']
    const run = await runHeadless({ version, cwd, home, server, args, prompt: 'please do' })

    expect(run.code).toBe(0)
    expect(run.result).toMatchObject({ is_error: false, result: 'all good' })
    expect(toolResults(run.events)).toEqual([{ text: 'from-the-shell', isError: false }])
    const added = addedSince(server.conversation('please do'), 'please do')
    expect(totals(added).byKind).toMatchObject({ prompt: 9, tool_result: 14, answer: 8 })
  })

  it('keeps a subagent apart from its lead', async () => {
    const spawn = {
      description: 'd',
      prompt: 'SUBTASK',
      subagent_type: 'general-purpose',
      run_in_background: false,
    }
    server.script((turn) =>
      turn.agent ? say('sub answer') : sequence(call(use('Agent', spawn)), say('end'))(turn),
    )
    const run = await runHeadless({ version, cwd, home, server, prompt: 'delegate' })

    expect(run.result?.result).toBe('end')
    expect([...server.conversations().values()].map((list) => list.length)).toEqual([2, 1])
    expect(toolResults(run.events)[0]?.text).toContain('sub answer')
  })

  it('shows the answer to a typed prompt', async () => {
    server.script(rules([['capital of', say('It is Reykjavik.')]]))
    session = await openInteractive({ version, cwd, home, server })
    await session.type('the capital of Iceland?')
    await session.enter()

    expect(await session.waitFor(/It is Reykjavik/)).toContain('the capital of Iceland?')
  })
})

describe('a monitor of a plugin', () => {
  const it = test.skipIf(claudeBinary(CURRENT) === undefined)

  it('wakes the idle session when it prints a line', async () => {
    const pluginDir = join(folder, 'plugin')
    const bell = join(folder, 'bell')
    write(join(pluginDir, '.claude-plugin/plugin.json'), {
      name: 'probe',
      version: '0.0.1',
      experimental: { monitors: './monitors/monitors.json' },
    })
    write(join(pluginDir, 'monitors/monitors.json'), [
      {
        name: 'bell',
        description: 'rings',
        when: 'on-skill-invoke:probe:listen',
        command: `while [ ! -e '${bell}' ]; do sleep 0.1; done; echo the-bell-rings; exec sleep 600`,
      },
    ])
    writeText(
      join(pluginDir, 'commands/listen.md'),
      '---\nname: listen\ndescription: listens\n---\nListen now.\n',
    )
    server.script(rules([['the-bell-rings', say('I heard it.')]], say('I listen.')))

    session = await openInteractive({ version: CURRENT, cwd, home, server, pluginDir })
    await session.type('/listen')
    await session.enter()
    await session.waitFor(/I listen\./)
    writeText(bell, '')
    await session.waitFor(/I heard it\./)

    const added = addedSince(server.conversation('Listen now.'), 'Listen now.')
    expect(added.some((entry) => entry.kind === 'notice' && entry.text.includes('the-bell-rings'))).toBe(true)
  })
})

function write(path: string, value: unknown): void {
  writeText(path, JSON.stringify(value))
}

function writeText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
