import { describe, expect, it } from 'vitest'
import { BASE, type Fake, fakePlatform, startedAt } from '../../test/support/processes.ts'
import type { Identity } from '../io/processes.ts'
import { type Attempted, belongings } from './belongings.ts'
import { NEVER } from './record.ts'

const WORKER: Identity = { pid: BASE + 1, start: startedAt(100) }
const fake = (n: number, more: Partial<Fake> = {}): Fake => ({ pid: BASE + n, ticks: 100 + n, ...more })

const leader = fake(1, { ticks: 100, group: BASE + 1 })
const member = fake(2, { group: BASE + 1 })
const marked = fake(3, { mark: 'm' })
const other = fake(4, { mark: 'n' })
const bare = fake(5)
/** Somebody bears the worker's number now. */
const stranger = fake(1, { ticks: 900, group: BASE + 1 })

const found = (processes: Fake[], attempted: Partial<Attempted> = {}, keep: string[] = []) => {
  const { own, spared } = belongings(
    { mark: 'm', worker: WORKER, ...attempted },
    fakePlatform(processes),
    keep,
  )
  const numbers = (rows: Identity[]) => rows.map(({ pid }) => pid - BASE).sort()
  return [numbers(own), numbers(spared)]
}

describe('what belongs to an attempt', () => {
  const rows: [string, Fake[], boolean, number[]][] = [
    ['nothing', [other, bare], false, []],
    ['the group of a worker that lives', [leader, member, other], false, [1, 2]],
    ['the group of a worker that just ended', [member, other], true, [2]],
    ['its session, whatever the group', [fake(2, { session: BASE + 1 }), other], true, [2]],
    ['not a group whose leader is long gone', [member, other], false, []],
    ['marked ones, whatever became of the group', [member, marked, other], false, [3]],
    ['both, once each', [{ ...leader, mark: 'm' }, member, marked], false, [1, 2, 3]],
    ['not the group of a stranger', [stranger, member], false, []],
    ['not the group of a stranger who was fast', [stranger, member], true, []],
    ['what is below one of them, without a marker', [marked, { ...bare, parent: BASE + 3 }], false, [3, 5]],
    [
      'what is below that',
      [leader, fake(6, { parent: BASE + 1 }), fake(7, { parent: BASE + 6 })],
      false,
      [1, 6, 7],
    ],
    [
      'not what bears the marker of another attempt, and nothing below it',
      [leader, fake(6, { parent: BASE + 1, mark: 'n' }), fake(7, { parent: BASE + 6 })],
      false,
      [1],
    ],
    ['not a member of the group with the marker of another', [leader, { ...member, mark: 'n' }], false, [1]],
    [
      'a circle of parents',
      [fake(6, { mark: 'm', parent: BASE + 7 }), fake(7, { parent: BASE + 6 })],
      false,
      [6, 7],
    ],
  ]
  it.each(rows)('%s', (_, processes, justEnded, expected) =>
    expect(found(processes, { justEnded })).toEqual([expected, []]),
  )

  const unknown: [string, string][] = [
    ['of another boot', '11111111-2222-3333-4444-555555555555:1:100'],
    ['of another namespace', `${WORKER.start.split(':')[0]}:1:100`],
    ['that never was', NEVER],
  ]
  it.runIf(process.platform === 'linux').each(unknown)('not the group of a worker %s', (_, start) =>
    expect(found([member], { worker: { pid: WORKER.pid, start }, justEnded: true })).toEqual([[], []]),
  )

  it('what its supervisor started beside the worker, for who asks for it', () => {
    const processes = [{ ...marked, beside: 'm' }, { ...bare, beside: 'm' }, other]
    expect(found(processes)).toEqual([[3], []])
    expect(found(processes, { beside: true })).toEqual([[3, 5], []])
  })

  it('nothing by a marker that is not known, and never this process itself', () => {
    expect(found([marked, other, bare], { mark: undefined })).toEqual([[], []])
    const self = { pid: process.pid, ticks: 1, mark: 'm' }
    const { own } = belongings({ mark: 'm' }, fakePlatform([self, marked]))
    expect(own.map(({ pid }) => pid)).toEqual([marked.pid])
  })
})

describe('what is spared', () => {
  const agent = fake(6, { mark: 'm', name: 'gpg-agent' })
  const rows: [string, Fake[], number[], number[]][] = [
    ['a daemon that left its parent', [leader, agent], [1], [6]],
    ['with what is below it', [leader, agent, fake(7, { mark: 'm', parent: BASE + 6 })], [1], [6, 7]],
    ['one that left the group of its parent', [leader, { ...agent, parent: BASE + 1 }], [1], [6]],
    [
      'not one in the foreground',
      [
        leader,
        fake(7, { parent: BASE + 1, group: BASE + 7 }),
        { ...agent, parent: BASE + 7, group: BASE + 7 },
      ],
      [1, 6, 7],
      [],
    ],
    ['not one in the group of the worker', [leader, { ...agent, group: BASE + 1 }], [1, 6], []],
    ['not a worker that is called so', [{ ...leader, name: 'tmux' }], [1], []],
    ['nobody else, whatever it is called', [leader, { ...agent, mark: 'n' }], [1], []],
    ['one that the user named', [leader, fake(6, { mark: 'm', name: 'mine' })], [1], [6]],
  ]
  it.each(rows)('%s', (_, processes, own, spared) =>
    expect(found(processes, {}, ['mine'])).toEqual([own, spared]),
  )
})
