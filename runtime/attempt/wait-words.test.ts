import { expect, it } from 'vitest'
import { sayTime, sayWait } from './wait-words.ts'

const NOW = new Date(2026, 0, 2, 14, 30)
const wait = {
  until: new Date(2026, 0, 2, 15, 5).toISOString(),
  class: 'rate-limited' as const,
  kind: 'resume' as const,
  from: { model: 'opus', backend: 'claude' },
  model: null,
  anew: false,
  count: 1,
}

it.each([
  [{}, 'rate-limited by claude until 15:05; resumes by itself'],
  [{ class: 'quota' as const }, 'the plan at claude is used up until 15:05; resumes by itself'],
  [{ kind: 'start' as const }, 'rate-limited by claude until 15:05; starts by itself'],
  [{ from: { model: 'mine', backend: 'command' } }, 'rate-limited by mine until 15:05; resumes by itself'],
  [{ class: 'auth' as const, model: 'x' }, 'claude refused the login for opus; goes on with x (fallback)'],
  [{ class: 'cli-missing' as const, model: 'x' }, 'claude is not installed; goes on with x (fallback)'],
  [{ class: 'context-overflow' as const }, 'the conversation grew too long; goes on in a new one'],
])('%j', (more, expected) => expect(sayWait({ ...wait, ...more }, NOW)).toBe(expected))

it('names the day where it is another one', () =>
  expect(sayTime(new Date(2026, 0, 9, 3, 0).toISOString(), NOW)).toBe('2026-01-09 03:00'))
