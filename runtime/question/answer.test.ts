import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answer, openQuestion } from './answer.ts'
import { readMailbox } from './mailbox.ts'

let ipc: string
beforeEach(() => {
  ipc = mkdtempSync(join(tmpdir(), 'dispatch-answer-'))
})
afterEach(() => rmSync(ipc, { recursive: true }))
const ask = (...names: string[]) => {
  for (const name of names) writeFileSync(join(ipc, name), `${name}?\n`)
}

describe('which question is meant', () => {
  const rows: [string, string[], number | undefined, number | RegExp][] = [
    ['the only one', ['001.question'], undefined, 1],
    ['the only open one', ['001.question', '001.answer', '002.question'], undefined, 2],
    ['by number', ['001.question', '003.question'], 3, 3],
    ['one in the dozens', ['012.question'], undefined, 12],
    ['none', [], undefined, /no open question/],
    ['all answered', ['001.question', '001.answer'], undefined, /no open question/],
    [
      'two',
      ['001.question', '004.question'],
      undefined,
      /2 open questions.*[\s\S]*answer audit 001[\s\S]*answer audit 004/,
    ],
    ['a number that is none', ['001.question'], 2, /no question 002[\s\S]*answer audit 001/],
    ['a number of nothing', [], 2, /no question 002[\s\S]*None is open/],
    ['one that was answered', ['001.question', '001.answer'], 1, /answered already/],
    ['one that was answered and read', ['001.question', '001.answer', '001.done'], 1, /answered already/],
    [
      'files that are no questions',
      ['001.question', '2.question', 'x.question', '.003.question.abc.tmp'],
      undefined,
      1,
    ],
  ]
  it.each(rows)('%s', (_, files, number, result) => {
    ask(...files)
    const find = () => openQuestion('audit', readMailbox(ipc), number)
    if (typeof result === 'number') expect(find().number).toBe(result)
    else expect(find).toThrow(expect.objectContaining({ exit: 1, message: expect.stringMatching(result) }))
  })
})

describe('the answer', () => {
  it.each([
    ['plain', 'yes'],
    ['what a shell would run', '`x` $(y) "z" \'q\' \\n ; rm -rf /\n'],
    ['line ends of all kinds', '\r\na\rb\n\n'],
    ['emoji', '🎉👩‍👩‍👧'],
    ['200 kB', 'ü'.repeat(100_000)],
    ['one space', ' '],
  ])('arrives byte for byte: %s', (_, text) => {
    answer('audit', ipc, 1, text)
    expect(readFileSync(join(ipc, '001.answer')).equals(Buffer.from(text))).toBe(true)
  })

  it('of bytes too', () => {
    answer('audit', ipc, 1, Uint8Array.of(0, 255, 10))
    expect([...readFileSync(join(ipc, '001.answer'))]).toEqual([0, 255, 10])
  })

  it('that came first stands', () => {
    answer('audit', ipc, 1, 'first')
    expect(() => answer('audit', ipc, 1, 'second')).toThrow(
      expect.objectContaining({
        exit: 1,
        message: expect.stringMatching(/first answer stands[\s\S]*dispatch note audit/),
      }),
    )
    expect(readFileSync(join(ipc, '001.answer'), 'utf8')).toBe('first')
  })
})

describe('the list of open questions', () => {
  const questions = (texts: string[]) =>
    texts.map((text, i) => {
      const number = i + 1
      return { number, text, askedAt: '', answered: false, read: false, identity: `00${number}:1` }
    })
  const listed = (texts: string[]) => {
    try {
      openQuestion('audit', questions(texts), undefined)
    } catch (error) {
      return error instanceof Error ? error.message.split('\n').slice(1) : []
    }
    return []
  }
  it('does nothing to a terminal', () =>
    expect(listed(['\u001b]0;x\u0007\u001b[2Jred\nmore', 'b'])[0]).toBe(
      'dispatch answer audit 001 …   # red',
    ))
  it('names five, each in short', () => {
    const lines = listed(Array.from({ length: 8 }, () => 'y'.repeat(5000)))
    expect(lines).toHaveLength(6)
    expect(lines[4]).toBe(`dispatch answer audit 005 …   # ${'y'.repeat(99)}…`)
    expect(lines[5]).toBe('and 3 more: dispatch status audit')
  })
})
