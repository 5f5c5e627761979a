/** The plugin as users get it: from a git host through a marketplace, from a folder, from a path with a space. */
import { execFile } from 'node:child_process'
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { PLUGIN } from '../support/world.ts'
import { binary, clientEnvironment } from './client.ts'
import { serveTree } from './git-server.ts'
import { CURRENT, claudeBinary, VERSIONS } from './install.ts'
import { lead } from './lead.ts'
import { toolResults } from './run-claude.ts'
import { type Stage, stage } from './stage.ts'

const run = promisify(execFile)
const PLAN = '---\nid: small\nmodel: works\n---\n# A small thing\n- [ ] Do it'
const MANAGERS = ['npm', 'npx', 'bun', 'yarn', 'pnpm']

describe.for(VERSIONS)('claude %s', (version) => {
  const it = test.skipIf(claudeBinary(version) === undefined)

  it('installs it from a git host, downloads nothing more, and runs it', async () => {
    const play = await stage({ version, lead: lead({ small: PLAN }), pluginDir: null })
    const calls = packageManagers(play)
    const host = await serveTree(PLUGIN, play.folder)
    onTestFinished(() => host.close())
    await plugin(play, 'marketplace', 'add', host.url)
    await plugin(play, 'install', 'dispatch@dispatch')

    const cache = join(play.home, '.claude/plugins/cache/dispatch/dispatch')
    const [installed = ''] = readdirSync(cache).map((name) => join(cache, name))
    expect(readdirSync(join(installed, 'dist'))).toEqual(readdirSync(join(PLUGIN, 'dist')))
    expect(existsSync(join(installed, 'node_modules'))).toBe(false)
    expect(existsSync(join(installed, 'runtime/node_modules'))).toBe(false)
    // 2.1.197 runs `npm ci` wherever there is a lockfile, workspaces included; it works without what that would bring.
    if (version === CURRENT) expect(existsSync(calls)).toBe(false)

    await works(play, installed)
  })

  it('runs from a path with a space', async () => {
    const play = await stage({ version, lead: lead({ small: PLAN }), pluginDir: null })
    const copy = join(play.folder, 'my plugins', 'dispatch')
    for (const name of [
      '.claude-plugin',
      'bin',
      'dist',
      'skills',
      'agents',
      'commands',
      'hooks',
      'package.json',
    ])
      cpSync(join(PLUGIN, name), join(copy, name), { recursive: true })
    await works(play, copy, ['--plugin-dir', copy])
  })
})

describe(`claude ${CURRENT}`, () => {
  const it = test.skipIf(claudeBinary(CURRENT) === undefined)

  it('has nothing to say against the plugin, and counts few tokens', async () => {
    const play = await stage({ version: CURRENT, lead: lead(), pluginDir: null })
    const host = await serveTree(PLUGIN, play.folder)
    onTestFinished(() => host.close())
    await plugin(play, 'marketplace', 'add', host.url)
    await plugin(play, 'install', 'dispatch@dispatch')
    const [copy = ''] = readdirSync(join(play.home, '.claude/plugins/cache/dispatch/dispatch'))
    const folder = join(play.home, '.claude/plugins/cache/dispatch/dispatch', copy)

    const verdict = await plugin(play, 'validate', '--strict', '--profile', 'directory', folder)
    expect(verdict).not.toMatch(/✘|⚠|warning/i)
    const details = await plugin(play, 'details', 'dispatch@dispatch')
    const [, always] = /Always-on:\s+~(\d+) tok/.exec(details) ?? []
    const [, invoked] = /^\s+dispatch\s+~?\S+\s+~(\d+)/m.exec(details) ?? []
    console.log(`always in the context: ${always} tokens, with the skill: ${invoked}`)
    expect(Number(always)).toBeLessThanOrEqual(400)
    expect(Number(invoked)).toBeLessThanOrEqual(900)
  })
})

/** Programs that would download something, if anybody called them; the file that tells who did. */
function packageManagers(play: Stage): string {
  const calls = join(play.folder, 'calls')
  for (const name of MANAGERS) {
    const path = join(play.folder, 'bin', name)
    writeFileSync(path, `#!/bin/sh\necho "${name} $*" >> '${calls}'\n`)
    chmodSync(path, 0o755)
  }
  return calls
}

async function plugin(play: Stage, ...args: string[]): Promise<string> {
  const { stdout } = await run(binary(play.version), ['plugin', ...args], {
    cwd: play.repo,
    env: clientEnvironment(play.client()),
  })
  return stdout
}

/** Typed verbs, hooks, skill and `dispatch` on the PATH are all those of `folder`. */
async function works(play: Stage, folder: string, args: string[] = []): Promise<void> {
  play.trusted('works', 'command -v dispatch > "$WORLD/which"\ndispatch tick 1')
  const status = await play.headless('/dispatch:status', args)
  expect(status.code).toBe(0)
  expect(play.server.exchanges).toEqual([])

  const dispatched = await play.headless('/dispatch do a small thing', args)
  expect(dispatched.result?.result).toContain('small is complete')
  expect(dispatched.result?.permission_denials).toEqual([])
  expect(toolResults(dispatched.events).filter(({ isError }) => isError)).toEqual([])
  expect(readFileSync(join(play.folder, 'which'), 'utf8').trim()).toBe(join(folder, 'bin/dispatch'))
}
