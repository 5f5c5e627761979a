import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { offerOf } from './claude-rights-offer.ts'

let folder: string
let env: Record<string, string>
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offer '))
  env = { PATH: join(folder, 'bin'), HOME: folder, DISPATCH_HOME: join(folder, 'home') }
  mkdirSync(join(folder, 'bin'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A program that also notes that it ran. */
function program(name: string, script: string): string {
  const path = join(folder, 'bin', name)
  writeFileSync(path, `#!/bin/sh\necho "$@" >>'${folder}/${name}.ran'\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}
const runs = (name: string) =>
  existsSync(join(folder, `${name}.ran`))
    ? readFileSync(join(folder, `${name}.ran`), 'utf8')
        .trim()
        .split('\n')
    : []
const offer = (profile: 'edit' | 'full' = 'edit', platform: NodeJS.Platform = 'linux') =>
  offerOf({ env, profile }, [join(folder, 'bin/claude')], { platform })

describe('what the machine offers', () => {
  beforeEach(() => {
    program('claude', 'echo "2.1.329 (Claude Code)"')
  })

  test('everything', async () => {
    const bwrap = program('bwrap', 'exit 0')
    program('socat', '')
    expect(await offer()).toMatchObject({ version: [2, 1, 329], bwrap, platform: 'linux' })
    // In itself, as it will be used.
    expect(runs('bwrap')).toEqual([expect.stringContaining(`-- ${bwrap} --ro-bind`)])
  })

  test.each([
    [[], 'bwrap and socat are missing'],
    [['socat'], 'bwrap is missing'],
    [['bwrap'], 'socat is missing'],
  ])('only %j', async (there, problem) => {
    for (const name of there) program(name, '')
    program('apt-get', '')
    expect(await offer()).toMatchObject({
      bwrap: undefined,
      problem,
      remedy: 'Install: apt install bubblewrap socat',
    })
    expect(runs('bwrap')).toEqual([])
  })

  test('a bubblewrap that cannot work here', async () => {
    program('bwrap', 'echo "bwrap: No permissions to create new namespace" >&2; echo more >&2; exit 1')
    program('socat', '')
    const { bwrap, problem } = await offer()
    expect({ bwrap, problem }).toEqual({
      bwrap: undefined,
      problem: 'bubblewrap cannot work here (bwrap: No permissions to create new namespace)',
    })
  })

  test('on macOS there is nothing to look for', async () => {
    const { bwrap, problem } = await offer('edit', 'darwin')
    expect({ bwrap, problem }).toEqual({ bwrap: undefined, problem: undefined })
  })

  test('is not asked where it does not matter', async () => {
    await offer('full')
    expect([runs('claude'), runs('bwrap')]).toEqual([[], []])
  })
})

describe('the version of the client', () => {
  test('is asked once', async () => {
    program('claude', 'echo 2.1.329')
    await offer()
    expect((await offer()).version).toEqual([2, 1, 329])
    expect(runs('claude')).toEqual(['--version'])
  })

  test('is asked again when the program changed', async () => {
    program('claude', 'echo 2.1.329')
    await offer()
    rmSync(join(folder, 'bin/claude'))
    program('claude', 'echo 2.1.400')
    expect((await offer()).version).toEqual([2, 1, 400])
  })

  test.each([
    ['damaged', '{'],
    ['foreign', '{"hello":1}'],
    ['from another time', '{"key":"x","asked":99999999999999,"version":"9.9.9"}'],
  ])('is asked where the memory is %s', async (_, text) => {
    program('claude', 'echo 2.1.329')
    mkdirSync(join(folder, 'home/cache'), { recursive: true })
    writeFileSync(join(folder, 'home/cache/claude.json'), text)
    expect((await offer()).version).toEqual([2, 1, 329])
  })

  test('is unknown, and not remembered, where the program does not say it', async () => {
    program('claude', 'echo 2.1.329; exit 1')
    expect((await offer()).version).toBeUndefined()
    expect((await offer()).version).toBeUndefined()
    expect(runs('claude')).toHaveLength(2)
  })
})
