import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readLog, tailOf } from './log-facts.ts'
import { statusOf } from './settle.ts'

describe('what a shell’s status means', () => {
  const rows: [number, number | null, string | null][] = [
    [0, 0, null],
    [1, 1, null],
    [75, 75, null],
    [127, 127, null],
    [128, 128, null],
    [129, null, 'SIGHUP'],
    [130, null, 'SIGINT'],
    [131, null, 'SIGQUIT'],
    [137, null, 'SIGKILL'],
    [139, null, 'SIGSEGV'],
    [141, null, 'SIGPIPE'],
    [143, null, 'SIGTERM'],
    [144, 144, null],
    [173, 173, null],
    [255, 255, null],
  ]
  it.each(rows)('%i: code %s, signal %s', (status, code, signal) =>
    expect(statusOf(status)).toEqual({ code, signal }),
  )
})

describe('reading what it left', () => {
  let folder: string
  let log: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dispatch-settle-'))
    log = join(folder, 'log')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it.each([
    ['nothing was written', undefined, undefined],
    ['a last line without its end', 'one\n\ntwo', 'two'],
    ['letters of several bytes', 'grün\n\n漢字 🎉\n', '漢字 🎉'],
  ])('%s', (_, text, last) => {
    if (text !== undefined) writeFileSync(log, text)
    expect(readLog('command', log).finalText).toBe(last)
  })

  it('joins what lies across two slices', () => {
    // Slices are 4 MB; the cut falls into the middle of a letter of two bytes.
    writeFileSync(log, `${'x'.repeat((4 << 20) - 3)}\n\n`)
    appendFileSync(log, 'ü'.repeat(40))
    expect(readLog('command', log).finalText).toBe('ü'.repeat(40))
  })

  it('takes the last 4 kB of the errors', () => {
    writeFileSync(log, `${'a'.repeat(5000)}${'b'.repeat(4000)}`)
    expect(tailOf(log)).toBe('a'.repeat(96) + 'b'.repeat(4000))
    expect(tailOf(join(folder, 'none'))).toBe('')
  })
})
