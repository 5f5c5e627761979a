import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withLock } from './lock.ts'

let folder: string
let path: string
let holder: ChildProcess | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-lock-'))
  path = join(folder, 'locks', 'a.lock')
})
afterEach(() => {
  holder?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

describe('withLock', () => {
  it('gives what the work gives, and lets go', async () => {
    expect(await withLock(path, () => existsSync(path) && 'held')).toBe('held')
    expect(existsSync(path)).toBe(false)
  })

  it('lets go when the work fails, and says what it said', async () => {
    await expect(withLock(path, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
    expect(existsSync(path)).toBe(false)
  })

  it('has one holder at a time', async () => {
    let inside = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++inside)
      await sleep(5)
      inside--
    }
    await Promise.all(Array.from({ length: 8 }, () => withLock(path, work)))
    expect(most).toBe(1)
    expect(readdirSync(join(folder, 'locks'))).toEqual([])
  })

  it('does not know other locks', async () => {
    const other = join(folder, 'locks', 'b.lock')
    expect(await withLock(path, () => withLock(other, () => 'both', 200))).toBe('both')
  })

  it('is refused with 75 when another one holds it for too long', async () => {
    await withLock(path, async () => {
      await expect(withLock(path, () => 'never', 150)).rejects.toMatchObject({ exit: 75 })
    })
  })

  it('takes over from a holder that died long ago', async () => {
    mkdirSync(path, { recursive: true })
    utimesSync(path, new Date(0), new Date(Date.now() - 60_000))
    expect(await withLock(path, () => 'mine', 1000)).toBe('mine')
  })
})

/** Another process that holds the lock and does not let go. */
async function held(): Promise<ChildProcess> {
  const script = `import { withLock } from '${new URL('./lock.ts', import.meta.url).href}'
    await withLock(process.argv[1], () => { console.log('held'); return new Promise(() => setInterval(() => {}, 1000)) })`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  holder = child
  await once(child.stdout, 'data')
  return child
}

const past = new Date('2001-01-01')
const future = new Date('2099-01-01')

it.each([past, future])('a holder that lives is waited for, however silent it is (%s)', async (at) => {
  const child = await held()
  child.kill('SIGSTOP')
  utimesSync(path, at, at)
  await expect(withLock(path, () => 'robbed', 600)).rejects.toMatchObject({ exit: 75 })
})

it.each([past, future])(
  'a holder that was killed is not waited for, whatever the clock says (%s)',
  async (at) => {
    const child = await held()
    child.kill('SIGKILL')
    await once(child, 'exit')
    utimesSync(path, at, at)
    const begin = performance.now()
    const turns = Array.from({ length: 8 }, () => withLock(path, () => 'ours'))
    expect(await Promise.all(turns)).toEqual(turns.map(() => 'ours'))
    expect(performance.now() - begin).toBeLessThan(3000)
  },
)

it("what lies there and was never a lock is in nobody's way for long", async () => {
  mkdirSync(path, { recursive: true })
  utimesSync(path, future, future)
  expect(await withLock(path, () => 'ours')).toBe('ours')
  writeFileSync(path, 'no lock')
  utimesSync(path, past, past)
  expect(await withLock(path, () => 'ours')).toBe('ours')
})
