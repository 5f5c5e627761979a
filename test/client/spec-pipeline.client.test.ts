/**
 * The example project, carried out by the real client with a real opencode as second reviewer: a lead that only does
 * what it reads, subagents that take their briefs, the runtime in between. Also with the client killed in each phase.
 */
import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { CURRENT, claudeBinary, cliBinary, onPath } from './install.ts'
import { toolResults } from './run-claude.ts'
import { bash, say, sequence } from './script.ts'
import { attemptOf } from './spec-roles.ts'
import { ALLOWED, crash, isAccepted, LONG, SPEC, specStage, started, trailers, yaml } from './spec-stage.ts'
import { stage } from './stage.ts'

/** Who is at work when the client is killed, and who was accepted by then. */
const DOOMED: Record<string, string[]> = {
  'T002-red-1': ['T001-red-1', 'T003-red-1'],
  'T003-green-1': ['T001-green-1', 'T002-green-1'],
  'B01-review-claude-1': [],
  'T002-fix-1': [],
}
const BATCH_1 = [
  ['T001-red-1', 'T002-red-1', 'T003-red-1'],
  ['T001-green-1', 'T002-green-1', 'T003-green-1'],
  ['B01-review-claude-1'],
  ['T002-fix-1'],
  ['B01-review-claude-2'],
]

describe(`claude ${CURRENT}`, () => {
  const it = test.skipIf(
    claudeBinary(CURRENT) === undefined || cliBinary('opencode') === undefined || !onPath('bwrap'),
  )

  it('carries a spec out, from its first test to its final review', { timeout: LONG }, async () => {
    const play = await specStage({ version: CURRENT, isReviewed: true })
    const { result } = await play.headless('/dispatch:task-dispatch shortener', ALLOWED, LONG)
    expect(result?.result).toMatch(/^shortener done: done$/m)
    expect(result?.permission_denials).toEqual([])

    // Those of one step were started by one message, each once, and worked on opus.
    expect(started(play)).toEqual([
      ...BATCH_1,
      ['T004-red-1', 'T005-red-1'],
      ['T004-green-1', 'T005-green-1'],
      ['B02-review-claude-1'],
      ['T006-red-1'],
      ['T006-green-1'],
      ['B03-review-claude-1'],
      ['final-review-claude-1'],
    ])
    for (const { turn } of play.server.exchanges.filter(({ turn }) => turn.agent !== undefined))
      expect(turn.model).toContain('opus')

    expect(trailers(play, 'Batch')).toEqual(['1/3', '2/3', '3/3', 'final'])
    expect(trailers(play, 'Tasks')).toEqual(['T001, T002, T003', 'T004, T005', 'T006'])
    expect(play.git('status', '--porcelain')).toBe('')
    expect(play.git('show', 'HEAD~3:src/address.ts')).toContain('2048')
    const review = yaml(play, 'review.yaml')
    expect(review.issues.critical).toMatchObject([
      { id: 'B01-I01', status: 'resolved', found_by: ['claude', 'opencode'] },
    ])
    expect(review.deferred_issues).toMatchObject([{ severity: 'medium' }])
    expect(review.final_review).toMatchObject({ recommendation: 'ready_to_merge' })
    expect(Object.values(review.readiness)).toEqual(Array(5).fill(true))
  })

  it('goes on where it was after a kill in each phase', { timeout: LONG }, async () => {
    const due = new Map(Object.entries(DOOMED))
    const play = await specStage({
      version: CURRENT,
      isReviewed: true,
      first: async (turn, made) => {
        if (turn.agent === undefined)
          return /batch 2\/3 red: spawn/.test(turn.results) ? say('Enough.') : undefined
        // It has its brief, and is about to write.
        const attempt = attemptOf(turn)
        const others = due.get(attempt)
        if (others === undefined || !turn.results.includes(`Brief of ${attempt}`)) return undefined
        due.delete(attempt)
        await until(() => others.every((each) => isAccepted(made, each)), 'the others are late', LONG)
        crash(made)
        return { kind: 'hang' }
      },
    })
    const ends = [await play.headless('/dispatch:task-dispatch shortener', ALLOWED, LONG)]
    while (ends.at(-1)?.signal === 'SIGKILL' && ends.length <= 4)
      ends.push(await play.headless('/dispatch:continue shortener', ALLOWED, LONG))
    expect(ends.map(({ signal }) => signal)).toEqual([...Object.keys(DOOMED).map(() => 'SIGKILL'), null])
    expect(ends.at(-1)?.result?.result).toBe('Enough.')

    // Each session says where the run stands, and begins what died with the one before, and nothing else.
    const said = play.server.exchanges.flatMap(({ turn }) =>
      turn.agent === undefined && /^shortener on feat/m.test(turn.results) ? [turn.results] : [],
    )
    expect(said.map((panel) => /batch 1 of 3, (\w+)/.exec(panel)?.[1])).toEqual([
      'red',
      'green',
      'review',
      'fix',
    ])
    expect(said[0]).toMatch(/^Accepted: T001-red-1, T003-red-1$/m)
    expect(started(play)).toEqual([
      ['T001-red-1', 'T002-red-1', 'T003-red-1'],
      ['T002-red-2'],
      ['T001-green-1', 'T002-green-1', 'T003-green-1'],
      ['T003-green-2'],
      ['B01-review-claude-1'],
      ['B01-review-claude-2'],
      ['T002-fix-1'],
      ['T002-fix-2'],
      ['B01-review-claude-3'],
    ])
    expect((await play.tasks()).map(({ id }) => id)).toEqual(['shortener-b01-opencode-1'])
    expect(trailers(play, 'Batch')).toEqual(['1/3'])
    expect(yaml(play, 'review.yaml').issues.critical).toMatchObject([
      { status: 'resolved', found_by: ['claude', 'opencode'] },
    ])
  })

  it('asks before a run is begun or decided about, where the user allowed neither', async () => {
    const play = await stage({
      version: CURRENT,
      lead: sequence(
        bash(`dispatch run ${SPEC}`),
        bash('dispatch decide "stop"'),
        bash('dispatch next'),
        say('That is all.'),
      ),
    })
    const { result, events } = await play.headless('Begin.')
    expect(result?.permission_denials.map((each: { tool_input: object }) => each.tool_input)).toMatchObject([
      { command: `dispatch run ${SPEC}` },
      { command: 'dispatch decide "stop"' },
    ])
    expect(toolResults(events).at(-1)?.text).toContain('no run belongs to main')
  })
})
