import { describe, expect, it } from 'vitest'
import { noticeOf } from './notice.ts'

const words = (count: number) => Array.from({ length: count }, (_, i) => `word${i}`).join(' ')

describe('what a monitor prints', () => {
  it('is one line while it is short', () => {
    expect(noticeOf(['a done: Fine.', 'b asks 001: Which?'])).toEqual({
      text: 'a done: Fine. · b asks 001: Which?\n',
      taken: 2,
    })
  })

  it('is a line each when one line would be cut', () => {
    const lines = ['a', 'b', 'c'].map((id) => `${id} ${'x'.repeat(300)}`)
    expect(noticeOf(lines)).toEqual({ text: `${lines.join('\n')}\n`, taken: 3 })
  })

  it.each([
    ['at a space', words(200)],
    ['anywhere, where there is none', 'x'.repeat(1200)],
    ['never inside an emoji', '🚩'.repeat(600)],
  ])('breaks a long line %s and loses nothing', (_, line) => {
    const { text, taken } = noticeOf([line])
    const printed = text.trimEnd().split('\n')
    expect(printed.every((part) => part.length <= 500)).toBe(true)
    expect(printed.join(line.includes(' ') ? ' ' : '')).toBe(line)
    expect(text).not.toMatch(/[\ud800-\udbff]\n/)
    expect(taken).toBe(1)
  })

  it('leaves for the next notice what the client would cut off', () => {
    const lines = Array.from({ length: 12 }, (_, i) => `${i} ${'x'.repeat(390)}`)
    const { text, taken } = noticeOf(lines)
    expect(text).toBe(`${lines.slice(0, taken).join('\n')}\n`)
    expect(text.length).toBeLessThanOrEqual(2900)
    expect(text.length).toBeGreaterThan(2500)
  })
})
