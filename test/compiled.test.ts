/** The bundle as users run it, with the code that the engine made of it before: used, never trusted, never in the way. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { readCompiled } from '../runtime/io/compiled.ts'
import { world as newWorld, PLUGIN, type World } from './support/world.ts'

let world: World
let folder: string
beforeEach(() => {
  world = newWorld()
  folder = join(world.state, 'cache/compiled')
})

const NOTHING = /^No tasks yet\./
const status = () => world.ok(['status'])
const names = () => readdirSync(folder)
const only = () => {
  const [name = '', ...more] = names()
  expect(more).toEqual([])
  return name
}

/** The engine's code of this source, every function of it, under these flags. */
const compiled = (source: string, flags: string[] = []) =>
  execFileSync(
    process.execPath,
    [
      ...flags,
      '-e',
      `const { setFlagsFromString } = require('node:v8')
      const source = require('node:fs').readFileSync(0, 'latin1')
      setFlagsFromString('--no-lazy')
      const script = new (require('node:vm').Script)(source)
      setFlagsFromString('--lazy')
      process.stdout.write(script.createCachedData())`,
    ],
    { input: source, maxBuffer: 1 << 25 },
  )
const put = (name: string, code: Buffer) =>
  writeFileSync(join(folder, name), Buffer.concat([code, code, Buffer.from('\0\0\0\0\0\0\0\x0f')]), {
    mode: 0o600,
  })

it('a second run takes the code of the first', async () => {
  await status()
  const name = only()
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  // Of a source as long that says something else: the engine compares the length alone.
  const source = readFileSync(join(PLUGIN, 'dist/status.cjs'), 'latin1')
  put(name, compiled(source.replaceAll('No tasks yet', 'NO TASKS YET')))
  expect(await status()).toMatch(/^NO TASKS YET\./)
  rmSync(join(folder, name))
  expect(await status()).toMatch(NOTHING)
})

describe('is made anew, and the verb runs all the same, where it is', () => {
  const source = readFileSync(join(PLUGIN, 'dist/status.cjs'), 'latin1')
  it.each<[string, (name: string) => void]>([
    ['emptied', (name) => writeFileSync(join(folder, name), '')],
    [
      'cut off',
      (name) => writeFileSync(join(folder, name), readFileSync(join(folder, name)).subarray(0, 9999)),
    ],
    [
      'damaged',
      (name) => {
        const bytes = readFileSync(join(folder, name))
        writeFileSync(join(folder, name), bytes.fill(0xff, 5000, 5100))
      },
    ],
    ['no code at all', (name) => put(name, Buffer.from('nonsense'))],
    ['made under other flags', (name) => put(name, compiled(source, ['--no-opt']))],
    ['made of another source', (name) => put(name, compiled(`${source}\n`))],
  ])('%s', async (_, harm) => {
    await status()
    const name = only()
    harm(name)
    const harmed = readFileSync(join(folder, name))
    expect(await status()).toMatch(NOTHING)
    expect(only()).toBe(name)
    expect(readFileSync(join(folder, name))).not.toEqual(harmed)
    expect(readCompiled(folder, name)?.made).toBe(1)
    expect(await status()).toMatch(NOTHING)
  })
})

it('many at once, each verb with its own', async () => {
  const said = await Promise.all([
    ...Array.from({ length: 8 }, status),
    ...Array.from({ length: 8 }, () => world.ok(['--version'])),
  ])
  for (const text of said.slice(0, 8)) expect(text).toMatch(NOTHING)
  expect(names()).toHaveLength(2)
  for (const name of names()) expect(readCompiled(folder, name)).toBeDefined()
})

it('a home that is not there stays so; one that cannot be written is in nobody’s way', async () => {
  rmSync(world.state, { recursive: true })
  expect(await status()).toMatch(NOTHING)
  expect(() => statSync(world.state)).toThrow('ENOENT')
  mkdirSync(world.state)
  writeFileSync(join(world.state, 'cache'), 'in the way')
  expect(await status()).toMatch(NOTHING)
  expect(readFileSync(join(world.state, 'cache'), 'utf8')).toBe('in the way')
})

it('what NODE_OPTIONS say has its own', async () => {
  await status()
  const env = { NODE_OPTIONS: '--max-old-space-size=900' }
  expect(await world.ok(['status'], { env })).toMatch(NOTHING)
  const [one = '', two = ''] = names()
  expect(names()).toHaveLength(2)
  for (const name of [one, two]) expect(readCompiled(folder, name)?.made).toBe(1)
  await world.ok(['status'], { env })
  await status()
  for (const name of [one, two]) expect(readCompiled(folder, name)?.made).toBe(2)
})

it('what the hot verbs load late is there', async () => {
  expect(await world.ok(['status', '--watch'])).toMatch(NOTHING)
  const typed = (command_args: string) =>
    world.ok(['hook', 'user-prompt-expansion'], {
      input: JSON.stringify({ command_name: 'dispatch:dispatch', command_args, cwd: world.repo }),
    })
  expect(JSON.parse(await typed('stop --all'))).toEqual({ decision: 'block', reason: 'nothing is running' })
  world.worker('sleeper', 'exec sleep 1000')
  await world.start('long', 'sleeper')
  // An error of ours, thrown in one file and told in another.
  expect(JSON.parse(await typed('output long')).reason).toMatch(/^long has delivered nothing yet/)
  expect(JSON.parse(await typed('stop long')).reason).toMatch(/^Stopped long/)
  expect(JSON.parse(await typed('status')).reason).toMatch(/^● long .*stopped/)
})
