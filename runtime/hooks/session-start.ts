/** What a session is told when it begins in a repository with tasks: one or two lines, or nothing. Pure. */
import { arrivalOf, type Event } from '../watch/events.ts'
import { WAIT } from '../watch/wake.ts'

export interface Standing {
  running: string[]
  queued: string[]
  /** Not yet told to this session. */
  pending: Event[]
  /** The session has a monitor already. */
  watched: boolean
}

/** How many events are told in full; the rest is a number and a verb. */
export const MOST = 5

export function greeting({ running, queued, pending, watched }: Standing): string | undefined {
  const live = [
    running.length > 0 ? `${running.length} running (${running.join(', ')})` : '',
    queued.length > 0 ? `${queued.length} queued (${queued.join(', ')})` : '',
  ].filter(Boolean)
  if (live.length === 0 && pending.length === 0) return undefined
  const { lines } = arrivalOf(pending, MOST)
  const wake = running.length + queued.length > 0 && !watched ? ` Run ${WAIT} to be told.` : ''
  return `dispatch: ${[...live, ...lines].join(' · ')}.${wake}`
}
