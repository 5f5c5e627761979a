import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadConfig } from './load.ts'
import { migrateConfig } from './migrate.ts'

let home: string
let path: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dispatch-migrate-'))
  path = join(home, 'config.yaml')
})
afterEach(() => rmSync(home, { recursive: true }))

const OLD = '# mine\nagents:\n  harvey: { command: agent -p --force --model gpt-5 }\n'
const text = () => readFileSync(path, 'utf8')

it('keeps the old file beside the new one, says what changed, and is done once', async () => {
  writeFileSync(path, OLD, { mode: 0o600 })
  const { says, backup } = await migrateConfig(home, { dry: false })
  expect(says).toEqual([
    expect.stringMatching(/^line 3: agents\.harvey is cursor/),
    expect.stringMatching(/^line 3: agents\.harvey: --force gives no rights/),
  ])
  expect(backup).toBe(`${path}.old`)
  expect(readFileSync(`${path}.old`, 'utf8')).toBe(OLD)
  expect(statSync(`${path}.old`).mode & 0o777).toBe(0o600)
  expect(text()).toBe('# mine\nmodels:\n  harvey: { backend: cursor, id: gpt-5 }\n')

  const after = text()
  expect(await migrateConfig(home, { dry: false })).toMatchObject({ says: [], backup: undefined })
  expect(text()).toBe(after)
  expect(readdirSync(home).sort()).toEqual(['config.yaml', 'config.yaml.old'])
})

it('never loses an older backup', async () => {
  writeFileSync(`${path}.old`, 'another\n')
  writeFileSync(path, OLD)
  expect((await migrateConfig(home, { dry: false })).backup).toBe(`${path}.old.2`)
  expect(readFileSync(`${path}.old`, 'utf8')).toBe('another\n')
})

it('only shows what it would do, where that is asked', async () => {
  writeFileSync(path, OLD)
  const { says, text: would, backup } = await migrateConfig(home, { dry: true })
  expect([says.length, backup]).toEqual([2, undefined])
  expect(would).toContain('harvey: { backend: cursor, id: gpt-5 }')
  expect([text(), existsSync(`${path}.old`)]).toEqual([OLD, false])
})

it.each<[string, string, number]>([
  ['is broken', `${OLD}models: [\n`, 65],
  ['has a mistake', `${OLD}keep: 4\n`, 65],
  ['has a command that only a shell understands', `${OLD}  x: { command: my-agent $HOME }\n`, 65],
  ['builds its sections with YAML aliases', `x: &x {}\nmodels: *x\n${OLD}`, 1],
])('leaves a file alone that %s', async (_, before, exit) => {
  writeFileSync(path, before)
  await expect(migrateConfig(home, { dry: false })).rejects.toMatchObject({ exit })
  expect(text()).toBe(before)
  expect(existsSync(`${path}.old`)).toBe(false)
})

it('does not part a link from its file', async () => {
  const real = join(home, 'real.yaml')
  writeFileSync(real, OLD)
  symlinkSync(real, path)
  await expect(migrateConfig(home, { dry: false })).rejects.toMatchObject({ exit: 1 })
  expect(readFileSync(real, 'utf8')).toBe(OLD)
})

it('has nothing to do without a file, and makes none', async () => {
  expect((await migrateConfig(home, { dry: false })).says).toEqual([])
  expect(existsSync(path)).toBe(false)
  expect(loadConfig(home).old).toEqual([])
})

it('two at once are one', async () => {
  writeFileSync(path, OLD)
  const both = await Promise.all([migrateConfig(home, { dry: false }), migrateConfig(home, { dry: false })])
  expect(both.map(({ backup }) => backup).sort()).toEqual([`${path}.old`, undefined])
})
