import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findProgram } from '../io/which.ts'
import { run } from './doctor.ts'

let folder: string
let home: string
let env: NodeJS.ProcessEnv
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-doctor-test-'))
  home = join(folder, 'home', '.dispatch')
  mkdirSync(join(folder, 'bin'))
  mkdirSync(home, { recursive: true })
  symlinkSync(findProgram('git', process.env) ?? '', join(folder, 'bin', 'git'))
  env = { HOME: join(folder, 'home'), DISPATCH_HOME: home, PATH: join(folder, 'bin') }
})
afterEach(() => rmSync(folder, { recursive: true }))

function cli(name: string, script: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, 'bin', name), 0o755)
}
const config = (text: string, mode = 0o600) => {
  rmSync(join(home, 'config.yaml'), { force: true })
  writeFileSync(join(home, 'config.yaml'), text)
  chmodSync(join(home, 'config.yaml'), mode)
}

async function doctor(...argv: string[]): Promise<{ code: number; out: string }> {
  let out = ''
  const stdout = (text: string) => {
    out += text
  }
  const code = await run(argv, { env, cwd: folder, stdout, stderr: stdout, stdin: () => undefined })
  return { code, out }
}
async function finding(what: string): Promise<Record<string, unknown>> {
  const { out } = await doctor('--json')
  return JSON.parse(out).findings.find((each: { what: string }) => each.what === what)
}

it('says of each CLI what it is, or what to do, and fails for none of them', async () => {
  const { code, out } = await doctor()
  expect(code).toBe(0)
  expect(out).toMatch(/^✗ claude +not found\. Install it: npm install -g @anthropic-ai\/claude-code$/m)
  expect(out).toMatch(/^✗ gemini +not found\. Install it: /m)
  expect(out).toContain('No AI CLI works here. One is enough; `--model demo` works meanwhile.')

  cli('claude', 'echo "2.1.329 (Claude Code)"')
  cli('gemini', 'echo "native binary not installed"; exit 1')
  const both = await doctor()
  expect(both.code).toBe(0)
  expect(both.out).toMatch(/^✓ claude +2\.1\.329 \(.*\/bin\/claude\)/m)
  expect(both.out).toMatch(/^✗ gemini +.*only a stub/m)
  expect(both.out).not.toContain('No AI CLI')
})

it('says how workers would be held, and leaves nothing of the question behind', async () => {
  cli('claude', 'echo "2.1.329 (Claude Code)"')
  expect(await finding('claude')).toMatchObject({
    ok: true,
    version: '2.1.329',
    containment: expect.stringMatching(/^(sandbox|allow-list)$/),
  })
  cli('gemini', 'echo 0.61.0')
  expect(await finding('gemini')).toMatchObject({
    version: '0.61.0',
    containment: expect.any(String),
  })
  expect(readdirSync(join(folder, 'home'))).toEqual(['.dispatch'])
  expect(readdirSync(home)).toEqual(['cache'])
  expect(existsSync(join(folder, '.dispatch'))).toBe(false)
})

it.each<[string, string, boolean, RegExp]>([
  ['fine', 'default: opus\n', true, /config\.yaml$/],
  ['of an older format', 'agents: { a: { command: agent -p } }\n', true, /dispatch config migrate/],
  ['broken', 'models: [\n', false, /not YAML/],
  ['with a default that is none', 'default: nobody\n', false, /default names nobody, which is no model/],
  ['with an alias of nothing', 'aliases: { a: { model: nobody } }\n', false, /aliases\.a names nobody/],
  [
    'with a fallback to nothing',
    'models: { a: { backend: demo, fallback: [nobody] } }\n',
    false,
    /models\.a\.fallback names nobody/,
  ],
  [
    'with two names that are one',
    'default: a 1\nmodels: { a-1: { backend: demo }, a.1: { backend: demo } }\n',
    false,
    /could be a-1 or a\.1/,
  ],
])('looks at a configuration that is %s', async (_, text, ok, detail) => {
  config(text)
  expect(await finding('config')).toMatchObject({ ok, detail: expect.stringMatching(detail) })
  expect((await doctor()).code).toBe(ok ? 0 : 1)
})

it('warns of a configuration that a group may write, and refuses what everybody may', async () => {
  config('default: opus\n', 0o664)
  expect(await finding('config')).toMatchObject({ ok: false, detail: expect.stringContaining('chmod g-w') })
  config('default: opus\n', 0o666)
  expect(await finding('config')).toMatchObject({
    ok: false,
    detail: expect.stringContaining('others could change it'),
  })
})
