import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LaunchRequest } from './backend.ts'
import { command } from './command.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-command-'))
  writeFileSync(join(folder, 'mine'), '#!/bin/sh\n')
  chmodSync(join(folder, 'mine'), 0o755)
})
afterEach(() => rmSync(folder, { recursive: true }))

const request = (words: string[] | undefined, profile: LaunchRequest['profile'] = 'edit'): LaunchRequest => ({
  model: {
    name: 'own',
    backend: 'command',
    group: 'command',
    id: undefined,
    effort: undefined,
    prompt: undefined,
    profile: undefined,
    command: words,
    env: {},
    timeout: undefined,
    fallback: [],
  },
  profile,
  places: { cwd: folder, root: folder, task: folder, git: undefined, gitDir: undefined },
  session: 's',
  resume: undefined,
  askTimeout: 1000,
  budgetUsd: undefined,
  domains: () => Promise.resolve([]),
  env: { PATH: folder },
  files: folder,
})

describe('a command of the user', () => {
  it('is found on the PATH and keeps its words as they are', async () => {
    const { argv } = await command.plan(request(['mine', '--flag', 'two words', '$(x)']))
    expect(argv).toEqual([join(folder, 'mine'), '--flag', 'two words', '$(x)'])
  })

  it('is said not to be held by a profile, unless it may do all', async () => {
    expect((await command.plan(request(['mine'], 'read-only'))).notice).toMatch(
      /own.*not to the profile read-only/,
    )
    expect(await command.plan(request(['mine'], 'full'))).toEqual({
      argv: [join(folder, 'mine')],
      env: {},
      containment: 'none',
    })
  })

  it.each([[['theirs']], [['./mine']], [[]], [undefined]])('is missing: %j', (words) => {
    expect(() => command.plan(request(words))).toThrow(expect.objectContaining({ exit: 69 }))
  })
})

describe('its log', () => {
  const rows: [string, string[], string | undefined][] = [
    ['nothing', [], undefined],
    ['blank lines', ['', '  '], undefined],
    ['one line', ['hello'], 'hello'],
    ['the last paragraph', ['one', '', 'two', 'three', ''], 'two\nthree'],
    [
      'at most 21 lines of it',
      Array.from({ length: 30 }, (_, i) => String(i)),
      Array.from({ length: 21 }, (_, i) => String(i + 9)).join('\n'),
    ],
  ]
  it.each(rows)('%s', (_, lines, last) => {
    const whole = command.reader()
    whole.lines(lines)
    expect(whole.facts().finalText).toBe(last)
    const single = command.reader()
    for (const line of lines) single.lines([line])
    expect(single.facts().finalText).toBe(last)
  })
})
