/** Processes that are not there, for what decides about processes. */
import { here, type Platform } from '../../runtime/io/processes.ts'

/** A start of this boot and namespace, as this process's own is. */
const own = here.startOf(process.pid) ?? ''
export const startedAt = (ticks: number) => `${own.slice(0, own.lastIndexOf(':'))}:${ticks}`

/** Numbers no kernel gives, so that nobody is meant who lives. */
export const BASE = 1 << 24

export interface Fake {
  pid: number
  ticks: number
  parent?: number
  /** Its own, where nothing is said. */
  group?: number
  session?: number
  mark?: string
  beside?: string
  name?: string
  stopped?: boolean
}

/** @param killed takes part in what a signal does; by default it does nothing */
export const fakePlatform = (
  processes: Fake[],
  killed: (pid: number, name: NodeJS.Signals) => void = () => {},
): Platform => ({
  startOf: (pid) => processes.flatMap((fake) => (fake.pid === pid ? [startedAt(fake.ticks)] : []))[0],
  table: () =>
    processes.map(
      ({ pid, ticks, parent = 1, group = pid, session = group, stopped = false, name = 'x' }) => ({
        pid,
        start: startedAt(ticks),
        parent,
        group,
        session,
        stopped,
        cpu: 0,
        name,
      }),
    ),
  variables: () =>
    new Map(
      processes.map(({ pid, mark, beside }) => [
        pid,
        new Map([
          ...(mark === undefined ? [] : [['DISPATCH_MARK', mark] as const]),
          ...(beside === undefined ? [] : [['DISPATCH_BESIDE', beside] as const]),
        ]),
      ]),
    ),
  commandOf: (pid) =>
    processes.flatMap((fake) => (fake.pid === pid ? [fake.name ?? `command ${pid - BASE}`] : []))[0] ?? '',
  parentOf: (pid) => processes.find((fake) => fake.pid === pid)?.parent ?? 0,
  kill: killed,
})
