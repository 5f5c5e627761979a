/**
 * The example project, carried out by the real client: a lead that only does what it reads, subagents that take their
 * briefs, the runtime in between. Six tasks in three batches, each committed, and the branch reviewed as a whole.
 */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { PLUGIN } from '../support/world.ts'
import { contextOf, totals } from './context.ts'
import { CURRENT, claudeBinary } from './install.ts'
import { specLead } from './spec-lead.ts'
import { roles } from './spec-roles.ts'
import { SHORTENER } from './spec-shortener.ts'
import { type Stage, stage } from './stage.ts'

/** What the user allows: to begin a run, to write. All else of ours is allowed by the plugin's own hook. */
const ALLOWED = ['--permission-mode', 'acceptEdits', '--allowedTools', 'Bash(dispatch run:*)']
const SPEC = 'specs/active/shortener'

/** The example as a repository of its own, with the native reviewer alone. */
function lay(play: Stage): void {
  cpSync(join(PLUGIN, 'examples/url-shortener'), play.repo, { recursive: true })
  symlinkSync(join(PLUGIN, 'node_modules'), join(play.repo, 'node_modules'))
  const validation = join(play.repo, SPEC, 'validation.yaml')
  writeFileSync(
    validation,
    readFileSync(validation, 'utf8').replace(/ {2}reviewers:\n.*\n.*\n/, '  reviewers: []\n'),
  )
  writeFileSync(join(play.home, '.gitconfig'), '[user]\n\tname = T\n\temail = t@example.com\n')
  play.git('add', '-A')
  play.git('commit', '-q', '-m', 'A URL shortener, so far')
}

describe(`claude ${CURRENT}`, () => {
  const it = test.skipIf(claudeBinary(CURRENT) === undefined)

  it('carries a spec out, from its first test to its final review', { timeout: 900_000 }, async () => {
    const asRole = roles(SHORTENER)
    const play = await stage({
      version: CURRENT,
      lead: (turn) => (turn.agent === undefined ? specLead()(turn) : asRole(turn)),
    })
    lay(play)
    const { result } = await play.headless('/dispatch:task-dispatch shortener', ALLOWED, 800_000)
    expect(result?.result).toMatch(/^shortener .*done/m)
    expect(result?.permission_denials).toEqual([])

    const bodies = play.git('log', '--format=%B%x00', 'main..feat/shortener').split('\0\n').reverse()
    const trailer = (name: string) =>
      bodies.flatMap((body) => new RegExp(`^${name}: (.*)$`, 'm').exec(body)?.[1] ?? [])
    expect(trailer('Batch').slice(0, 3)).toEqual(['1/3', '2/3', '3/3'])
    expect(trailer('Tasks').slice(0, 3)).toEqual(['T001, T002, T003', 'T004, T005', 'T006'])
    expect(play.git('status', '--porcelain')).toBe('')
    const review = parse(readFileSync(join(play.repo, SPEC, 'review.yaml'), 'utf8'))
    expect(review.readiness).toMatchObject({ tests_passing: true, final_review_passed: true })

    // Those of one step were started by one message, and worked on opus.
    const spawned = play
      .asLead()
      .filter(({ turn }) => turn.agent === undefined)
      .map(({ reply }) =>
        reply.kind === 'blocks'
          ? reply.blocks.filter((block) => 'name' in block && block.name === 'Agent').length
          : 0,
      )
      .filter((count) => count > 0)
    expect(spawned).toEqual([3, 3, 1, 2, 2, 1, 1, 1, 1, 1])
    for (const { turn } of play.server.exchanges.filter(({ turn }) => turn.agent !== undefined))
      expect(turn.model).toContain('opus')

    const lead = contextOf(play.asLead().filter(({ turn }) => turn.agent === undefined))
    const start = lead.findIndex(({ text }) => text.includes('<command-name>/dispatch'))
    console.log(`bytes in the lead's context: ${JSON.stringify(totals(lead.slice(start)))}`)
  })
})
