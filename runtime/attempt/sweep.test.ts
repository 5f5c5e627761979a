import { describe, expect, it } from 'vitest'
import { here, type Identity, type Platform } from '../io/processes.ts'
import { NEVER } from './record.ts'
import { belongings, sweep } from './sweep.ts'

/** A start of this boot and namespace, as this process's own is. */
const own = here.startOf(process.pid) ?? ''
const bootAndNamespace = own.slice(0, own.lastIndexOf(':'))
const started = (ticks: number) => `${bootAndNamespace}:${ticks}`

interface Fake {
  pid: number
  ticks: number
  group: number
  mark?: string
  beside?: string
}

/** Numbers no kernel gives, so that nobody is signalled who lives. */
const BASE = 1 << 24
const WORKER: Identity = { pid: BASE + 1, start: started(100) }

function platformOf(processes: Fake[]): Platform {
  const identities = (some: Fake[]) => some.map(({ pid, ticks }) => ({ pid, start: started(ticks) }))
  return {
    startOf: (pid) => identities(processes.filter((process) => process.pid === pid))[0]?.start,
    withEnvironment: (entry) =>
      identities(
        processes.filter(({ mark, beside }) =>
          [`DISPATCH_MARK=${mark}`, `DISPATCH_BESIDE=${beside}`].includes(entry),
        ),
      ),
    inGroup: (pgid) => identities(processes.filter(({ group }) => group === pgid)),
    commandOf: (pid) => `command ${pid}`,
  }
}

const leader: Fake = { pid: WORKER.pid, ticks: 100, group: WORKER.pid }
const member: Fake = { pid: BASE + 2, ticks: 110, group: WORKER.pid }
const marked: Fake = { pid: BASE + 3, ticks: 120, group: BASE + 3, mark: 'm' }
const others: Fake = { pid: BASE + 4, ticks: 130, group: BASE + 4, mark: 'n' }
/** Somebody bears the worker's number now. */
const stranger: Fake = { pid: WORKER.pid, ticks: 900, group: WORKER.pid }

describe('what belongs to an attempt', () => {
  const rows: [string, Fake[], boolean, Fake[]][] = [
    ['nothing', [others], false, []],
    ['the group of a worker that lives', [leader, member, others], false, [leader, member]],
    ['the group of a worker that just ended', [member, others], true, [member]],
    ['not a group whose leader is long gone', [member, others], false, []],
    ['marked ones, whatever became of the group', [member, marked, others], false, [marked]],
    ['both, once each', [{ ...leader, mark: 'm' }, member, marked], false, [leader, member, marked]],
    ['not the group of a stranger', [stranger, member], false, []],
    ['not the group of a stranger who was fast', [stranger, member], true, []],
  ]
  it.each(rows)('%s', (_, processes, justEnded, expected) => {
    const found = belongings({ mark: 'm', worker: WORKER, justEnded }, platformOf(processes))
    expect(found.map(({ pid }) => pid).sort()).toEqual(expected.map(({ pid }) => pid).sort())
  })

  const unknown: [string, string][] = [
    ['of another boot', '11111111-2222-3333-4444-555555555555:1:100'],
    ['of another namespace', `${bootAndNamespace.split(':')[0]}:1:100`],
    ['that never was', NEVER],
  ]
  it.runIf(process.platform === 'linux').each(unknown)('not the group of a worker %s', (_, start) => {
    const worker = { pid: WORKER.pid, start }
    expect(belongings({ mark: 'm', worker, justEnded: true }, platformOf([member]))).toEqual([])
  })

  it('what its supervisor started beside the worker, for who asks for it', () => {
    const platform = platformOf([{ ...marked, beside: 'm' }, { ...member, beside: 'm' }, others])
    const found = (beside: boolean) => belongings({ mark: 'm', beside }, platform).map(({ pid }) => pid)
    expect(found(false)).toEqual([marked.pid])
    expect(found(true)).toEqual([marked.pid, member.pid])
  })
})

describe('sweeping', () => {
  it('ends nothing of a group that is no longer its own, and says so', async () =>
    expect(await sweep({ mark: 'm', worker: WORKER }, { platform: platformOf([member]), grace: 1 })).toEqual(
      [],
    ))

  it('asks everything that belongs to it, and says what', async () => {
    const platform = platformOf([member, marked])
    expect(await sweep({ mark: 'm', worker: WORKER, justEnded: true }, { platform, grace: 1 })).toEqual([
      `command ${marked.pid}`,
      `command ${member.pid}`,
    ])
  })
})
