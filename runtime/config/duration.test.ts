import { describe, expect, it } from 'vitest'
import { DispatchError } from '../io/errors.ts'
import { durationOf, parseDuration, showDuration } from './duration.ts'

describe('a length of time', () => {
  it.each([
    ['90s', 90_000],
    ['3m', 180_000],
    ['2h', 7_200_000],
    ['1h30m', 5_400_000],
    ['500ms', 500],
    ['1s500ms', 1500],
    ['1.5h', 5_400_000],
    ['45', 45_000],
    ['0', 0],
    [' 2M ', 120_000],
  ])('%j is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each(['', 'soon', '3 m', '-1s', '1m1h', '5x', 's', 'NaN', '1e3', '25000h', '1h 30m'])(
    '%j is none',
    (text) => {
      expect(durationOf(text)).toBeUndefined()
    },
  )

  it.each([64, 65] as const)('exits %i where the caller says so, and names what it found', (exit) => {
    const attempt = () => parseDuration('soon', exit, { what: '--timeout is not usable' })
    expect(attempt).toThrow(DispatchError)
    expect(attempt).toThrow(expect.objectContaining({ exit, message: expect.stringContaining('"soon"') }))
  })

  it.each([
    [180_000, '3m'],
    [5_400_000, '1h30m'],
    [1500, '1s500ms'],
    [90_000, '1m30s'],
    [0, '0s'],
  ])('%i ms is shown as %s and read back', (ms, shown) => {
    expect(showDuration(ms)).toBe(shown)
    expect(parseDuration(shown)).toBe(ms)
  })
})
