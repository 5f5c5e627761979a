import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { withLock } from '../io/lock.ts'
import { addAlias, addModel, removeModel, setDefault } from './edit.ts'
import { loadConfig } from './load.ts'

let home: string
let path: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dispatch-edit-'))
  path = join(home, 'config.yaml')
})
afterEach(() => rmSync(home, { recursive: true }))

const text = () => readFileSync(path, 'utf8')

it('creates the file with a commented header, readable by its user alone', async () => {
  const fresh = join(home, 'a', 'b')
  await addModel(fresh, 'deep', { backend: 'claude', id: 'opus', fallback: ['a', 'b'] })
  const created = readFileSync(join(fresh, 'config.yaml'), 'utf8')
  expect(created).toMatch(/^# The models/)
  expect(created).toMatch(
    /\nmodels:\n {2}deep:\n {4}backend: claude\n {4}id: opus\n {4}fallback: \[ a, b \]\n$/,
  )
  expect(statSync(join(fresh, 'config.yaml')).mode & 0o777).toBe(0o600)
  expect(loadConfig(fresh).models.get('deep')?.fallback).toEqual(['a', 'b'])
})

/** Spaced as the printer does: it evens out spaces in `[a]` and empty lines, and keeps the rest. */
const KEPT = `# mine, above
default: opus # why opus

future: [ 1, { a: b } ] # a later version's
models:
  # the deep one
  deep: { backend: claude, id: opus, colour: red } # flow
  quick:
    backend: claude # block
    note: "a rather long text that a printer would like to fold at eighty columns, but must not fold at all"

# below
`

it.each<[string, () => Promise<unknown>, (before: string) => string]>([
  ['the default', () => setDefault(home, 'deep'), (t) => t.replace('default: opus', 'default: deep')],
  [
    'a field of a model',
    () => addModel(home, 'quick', { backend: 'demo' }),
    (t) => t.replace('backend: claude # block', 'backend: demo # block'),
  ],
  [
    'a field that was not there',
    () => addModel(home, 'deep', { backend: 'claude', effort: 'high' }),
    (t) => t.replace('colour: red }', 'colour: red, effort: high }'),
  ],
  [
    'a new model',
    () => addModel(home, 'gpt-5.3-codex', { backend: 'codex' }),
    (t) => t.replace('\n# below\n', '  gpt-5.3-codex:\n    backend: codex\n\n# below\n'),
  ],
])('changes %s and not one byte besides', async (_, act, expected) => {
  writeFileSync(path, KEPT)
  await act()
  expect(text()).toBe(expected(KEPT))
})

it('keeps Windows line ends, and the mode of the file', async () => {
  writeFileSync(path, KEPT.replaceAll('\n', '\r\n'), { mode: 0o640 })
  await setDefault(home, 'deep')
  expect(text()).toBe(KEPT.replace('default: opus', 'default: deep').replaceAll('\n', '\r\n'))
  expect(statSync(path).mode & 0o777).toBe(0o640)
})

it.each([
  ['nothing', ''],
  ['comments', '# a\n# b\n'],
  ['an empty section', 'aliases: # none yet\n  # really\nkeep: [x]\n'],
  ['an empty mapping', 'aliases: {}\n'],
])('adds to %s', async (_, before) => {
  writeFileSync(path, before)
  await addAlias(home, 'auditor', { model: 'opus', prompt: 'Bugs: only\n"now"', profile: 'read-only' })
  expect(loadConfig(home).aliases.get('auditor')).toEqual({
    model: 'opus',
    prompt: 'Bugs: only\n"now"',
    profile: 'read-only',
  })
  for (const comment of before.match(/# \w+/g) ?? []) expect(text()).toContain(comment)
})

it('says why, where it is told', async () => {
  writeFileSync(path, KEPT)
  await setDefault(home, 'deep', 'the CLI is\ngone')
  expect(text()).toBe(KEPT.replace('default: opus', 'default: deep'))
  writeFileSync(
    path,
    'default: gpt-5.3-codex\nmodels:\n  gpt-5.3-codex: { backend: codex }\n  opus: { backend: claude }\n',
  )
  await setDefault(home, 'opus', 'the CLI is\ngone')
  await removeModel(home, 'gpt-5.3-codex', { why: 'CLI unavailable' })
  expect(text()).toBe(
    'default: opus # was gpt-5.3-codex: the CLI is gone\nmodels:\n  # removed: gpt-5.3-codex (CLI unavailable)\n  opus: { backend: claude }\n',
  )
  await removeModel(home, 'opus', { why: 'no more' })
  expect(text()).toContain('# removed: opus (no more)')
})

it('removes a model or an alias, also one that YAML reads as a number', async () => {
  writeFileSync(
    path,
    'models:\n  4: { backend: demo } # a\n  b: { backend: demo }\naliases:\n  c: { model: b }\n',
  )
  await removeModel(home, '4')
  await removeModel(home, 'c')
  const { models, aliases } = loadConfig(home)
  expect([[...models.keys()], [...aliases.keys()]]).toEqual([['b'], []])
  await expect(removeModel(home, '4')).rejects.toMatchObject({ exit: 1 })
})

it('changes a file of an older format, too', async () => {
  writeFileSync(
    path,
    'agents:\n  a: { command: agent -p -m x } # one\n  b: { command: agent -p -m y } # two\n',
  )
  await setDefault(home, 'b')
  await addModel(home, 'c', { backend: 'codex' })
  await removeModel(home, 'a')
  expect(text()).toBe(
    'agents:\n  b: { command: agent -p -m y } # two\ndefault: b\nmodels:\n  c:\n    backend: codex\n',
  )
  expect([...loadConfig(home).models.keys()].sort()).toEqual(['b', 'c'])
})

it.each<[string, string, number]>([
  ['is broken', 'models: [\n', 65],
  ['has a wrong type', 'models: 4\n', 65],
  ['uses a YAML alias as section', 'x: &x { a: { backend: demo } }\nmodels: *x\n', 1],
])('leaves a file alone that %s', async (_, before, exit) => {
  writeFileSync(path, before)
  await expect(addModel(home, 'deep', { backend: 'claude' })).rejects.toMatchObject({ exit })
  expect(text()).toBe(before)
})

it('does not write what it could not read back', async () => {
  writeFileSync(path, KEPT)
  await expect(addModel(home, 'x', { backend: 'nobody' })).rejects.toMatchObject({ exit: 65 })
  await expect(
    removeModel(home, 'deep', {
      check: () => {
        throw new Error('needed')
      },
    }),
  ).rejects.toThrow('needed')
  expect(text()).toBe(KEPT)
})

it('does not part a link from its file', async () => {
  const real = join(home, 'real.yaml')
  writeFileSync(real, KEPT)
  symlinkSync(real, path)
  await expect(setDefault(home, 'deep')).rejects.toMatchObject({ exit: 1 })
  expect(readFileSync(real, 'utf8')).toBe(KEPT)
})

it('waits for another one that edits', async () => {
  const order: string[] = []
  let waiting: Promise<unknown> | undefined
  await withLock(join(home, 'config.lock'), async () => {
    waiting = setDefault(home, 'opus').then(() => order.push('the other'))
    // Takes longer than an edit that does not wait.
    await setDefault(join(home, 'elsewhere'), 'opus')
    order.push('the holder')
  })
  await waiting
  expect(order).toEqual(['the holder', 'the other'])
})

it('loses nothing when many edit at once, and leaves no lock', async () => {
  const names = Array.from({ length: 12 }, (_, i) => `m${i}`)
  await Promise.all(names.map((name) => addModel(home, name, { backend: 'demo' })))
  expect([...loadConfig(home).models.keys()].sort()).toEqual(names.sort())
  expect(existsSync(join(home, 'config.lock'))).toBe(false)
})
