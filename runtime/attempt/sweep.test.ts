import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { BASE, type Fake, fakePlatform, startedAt } from '../../test/support/processes.ts'
import { sweep } from './sweep.ts'

const WORKER = { pid: BASE + 1, start: startedAt(100) }
const marked = (n: number, more: Partial<Fake> = {}): Fake => ({
  pid: BASE + n,
  ticks: 100 + n,
  mark: 'm',
  ...more,
})
const leader: Fake = { pid: BASE + 1, ticks: 100 }
const other: Fake = { pid: BASE + 9, ticks: 1, mark: 'n' }

/** Processes that end by these signals; everything that was sent, in order. */
function living(processes: Fake[], deadly: NodeJS.Signals[], after: (ended: Fake) => void = () => {}) {
  const sent: string[] = []
  const platform = fakePlatform(processes, (pid, name) => {
    sent.push(`${name} ${pid - BASE}`)
    const at = processes.findIndex((each) => each.pid === pid)
    const [ended] = deadly.includes(name) && at !== -1 ? processes.splice(at, 1) : []
    if (ended !== undefined) after(ended)
  })
  return { platform, sent }
}

describe('sweeping', () => {
  it('asks each once, says what, and leaves the rest alone', async () => {
    const { platform, sent } = living([leader, marked(2), marked(3), other], ['SIGTERM'])
    expect(await sweep({ mark: 'm', worker: WORKER }, { platform, keep: [] })).toEqual({
      swept: ['command 2', 'command 3'],
      left: [],
    })
    expect(sent).toEqual(['SIGTERM 1', 'SIGTERM 2', 'SIGTERM 3'])
  })

  it('lets a stopped process go on, so that it hears', async () => {
    const { platform, sent } = living([marked(2, { stopped: true })], ['SIGCONT'])
    await sweep({ mark: 'm' }, { platform, keep: [] })
    expect(sent).toEqual(['SIGTERM 2', 'SIGCONT 2'])
  })

  it('makes those that did not hear: all are halted before the first is ended', async () => {
    const { platform, sent } = living([marked(2), marked(3)], ['SIGKILL'])
    expect(await sweep({ mark: 'm' }, { platform, keep: [], grace: 30 })).toMatchObject({ left: [] })
    expect(sent).toEqual(['SIGTERM 2', 'SIGTERM 3', 'SIGSTOP 2', 'SIGSTOP 3', 'SIGKILL 2', 'SIGKILL 3'])
  })

  it('ends what the ended ones start meanwhile', async () => {
    let n = 2
    const processes = [marked(2)]
    const { platform } = living(processes, ['SIGTERM', 'SIGKILL'], () => {
      if (n < 20) processes.push(marked(++n))
    })
    const { swept, left } = await sweep({ mark: 'm' }, { platform, keep: [] })
    expect([swept.length, left]).toEqual([19, []])
  })

  it('gives up on what cannot be ended, and says so', async () => {
    const { platform } = living([marked(2)], [])
    expect(await sweep({ mark: 'm' }, { platform, keep: [], grace: 30 })).toEqual({
      swept: [],
      left: ['command 2 (could not be ended)'],
    })
  })

  it('gives up on what starts faster than it can be ended, and keeps the report short', async () => {
    let n = 2
    const processes = [marked(2)]
    const { platform } = living(
      processes,
      ['SIGTERM', 'SIGKILL'],
      () => void processes.push(marked(++n), marked(++n)),
    )
    const { swept } = await sweep({ mark: 'm' }, { platform, keep: [], grace: 100 })
    expect(swept).toHaveLength(101)
    expect(swept.at(-1)).toMatch(/^and \d+ more$/)
  })

  it('spares session daemons and those that the user named, and says so', async () => {
    const { platform, sent } = living(
      [marked(2, { name: 'watchman' }), marked(3, { name: 'mine' })],
      ['SIGTERM'],
    )
    expect(await sweep({ mark: 'm' }, { platform, keep: ['mine'] })).toEqual({
      swept: [],
      left: ['watchman (kept: it serves the session)', 'mine (kept: it serves the session)'],
    })
    expect(sent).toEqual([])
  })

  it('reports what others found who swept it before, and notes its own before it ends it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sweep-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const record = join(folder, 'sweeping')
    writeFileSync(record, `7 then\tearlier one\n${WORKER.pid} ${WORKER.start}\tthe worker\n`)
    const noted: string[] = []
    const { platform } = living([marked(2)], ['SIGTERM'], () => noted.push(readFileSync(record, 'utf8')))
    const { swept } = await sweep({ mark: 'm', worker: WORKER }, { platform, keep: [], record })
    expect(swept).toEqual(['earlier one', 'command 2'])
    expect(noted[0]).toContain(`${BASE + 2} ${startedAt(102)}\tcommand 2\n`)
    // Nowhere to note it: it is ended all the same.
    const next = living([marked(3)], ['SIGTERM'])
    const lost = await sweep(
      { mark: 'm' },
      { platform: next.platform, keep: [], record: join(folder, 'no/file') },
    )
    expect(lost.swept).toEqual(['command 3'])
  })
})
