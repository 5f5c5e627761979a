import { describe, expect, it } from 'vitest'
import type { Event } from '../watch/events.ts'
import { greeting, type Standing } from './session-start.ts'

const event = (n: number): Event => ({
  id: `t${n}`,
  kind: 'end',
  number: null,
  text: 'Fine.',
  state: 'done',
  at: '',
  key: `t${n}.end1`,
})
const told = (n: number) => `t${n} done: Fine. — dispatch output t${n}`
const nothing: Standing = { running: [], queued: [], pending: [], watched: false }
const WAKE = ' Run `dispatch wait` in the background (timeout 7200000) to be told.'

describe('what a session is greeted with', () => {
  const rows: [string, Partial<Standing>, string | undefined][] = [
    ['nothing at all', {}, undefined],
    ['nothing, with a monitor', { watched: true }, undefined],
    ['running', { running: ['a', 'b'] }, `dispatch: 2 running (a, b).${WAKE}`],
    ['running, with a monitor', { running: ['a'], watched: true }, 'dispatch: 1 running (a).'],
    ['queued', { queued: ['c'] }, `dispatch: 1 queued (c).${WAKE}`],
    ['ended', { pending: [event(1)] }, `dispatch: ${told(1)}.`],
    [
      'all of it',
      { running: ['a'], queued: ['b'], pending: [event(1), event(2)] },
      `dispatch: 1 running (a) · 1 queued (b) · ${told(1)} · ${told(2)}.${WAKE}`,
    ],
    [
      'five ends are told in full',
      { pending: [1, 2, 3, 4, 5].map(event) },
      `dispatch: ${[1, 2, 3, 4, 5].map(told).join(' · ')}.`,
    ],
    [
      'more are counted',
      { pending: [1, 2, 3, 4, 5, 6, 7].map(event) },
      `dispatch: ${[1, 2, 3, 4, 5].map(told).join(' · ')} · and 2 more: dispatch status.`,
    ],
  ]
  it.each(rows)('%s', (_, standing, text) => expect(greeting({ ...nothing, ...standing })).toBe(text))
})
