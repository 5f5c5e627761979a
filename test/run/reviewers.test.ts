/** Reviewers of other vendors in a run that is played through the real command line. */
import { expect, it } from 'vitest'
import type { Step } from '../../runtime/run/step.ts'
import { type Acts, implementer, nodeProject, Play, reviewer, tester } from '../support/play.ts'
import { writing } from '../support/reviews.ts'
import { world } from '../support/world.ts'

const DEFECT = {
  severity: 'high',
  location: 'src/one.js:1',
  description: 'One is not documented.',
  task: 'T001',
}
const report = (batch: number | 'final', issues: string) =>
  `reviewer_report:\n  reviewer: me\n  batch: ${batch}\n  gates: {}\n  issues: ${issues}\n  strengths: []`
const FOUND = `[{ task: T001, severity: critical, gate: correctness, location: 'src/one.js:1', description: 'The function one is not documented at all.' }]`

it('are started by the run, wake it together, and are heard; one that cannot be started is told of', async () => {
  const w = world()
  const play = new Play(w)
  w.worker(
    'second',
    `cat > /dev/null\nuntil [ -e "$WORLD/go" ]; do sleep 0.05; done\ncase $DISPATCH_TASK in\n*-b01-*) ${writing(report(1, FOUND))}\n;;\n*) ${writing(report('final', '[]'))}\n;;\nesac`,
  )
  nodeProject(play)
  const reviewers = [
    { id: 'claude-opus', type: 'claude', model: 'opus' },
    { id: 'codex', type: 'second' },
    { id: 'gone', type: 'nobody' },
  ]
  play.spec([{ id: 'T001', content: 'Add one', file: 'src/one.js' }], {
    'validation.yaml': { review_config: { reviewers } },
  })
  const acts: Acts = (attempt) => {
    if (attempt === 'B01-review-claude-1') return reviewer(1, [DEFECT])
    if (attempt.includes('-review-')) return reviewer(attempt.startsWith('final') ? 'final' : 1)
    if (attempt.includes('-red-')) return tester('one', 1)
    if (attempt.includes('-green-')) return implementer('one', 1)
    return {
      files: { 'src/one.js': '/** One. */\nexport const one = () => 1\n' },
      report: {
        fix_report: { status: 'success', fixes_applied: [{ issue: 'B01-I01', fix: 'says what it is' }] },
      },
    }
  }
  const woken: string[] = []
  const goOn = async (until?: (step: Step) => boolean): Promise<Step> => {
    for (;;) {
      const step = await play.until(acts, until)
      if (step.action !== 'wait') return step
      expect(step.message).toContain('When the last is in: dispatch next.')
      expect(await w.ok(['next'])).toContain('dispatch wait')
      w.write('go', '')
      woken.push(await w.ok(['wait']))
    }
  }

  await play.step(['run'])
  const fixing = await goOn(({ phase }) => phase === 'fix')
  expect(fixing.agents.map(({ attempt }) => attempt)).toEqual(['T001-fix-1'])
  const table = await w.ok(['gate-table'])
  for (const said of [
    'critical (1)',
    'B01-I01 src/one.js:1',
    '(claude, codex)',
    'gone: failed',
    'dispatch decide "rerun"',
  ])
    expect(table).toContain(said)
  expect(table.split('\n').length).toBeLessThanOrEqual(21)

  const last = await goOn()
  expect(last, last.message).toMatchObject({ action: 'done' })
  const { batch_reviews, issues, final_review } = play.yaml('review.yaml')
  expect(
    batch_reviews[0].reviewers.map(({ id, status }: Record<string, string>) => `${id} ${status}`).sort(),
  ).toEqual([...['claude completed', 'codex completed', 'gone failed']])
  expect(issues.critical).toMatchObject([
    {
      ...{ id: 'B01-I01', found_by: ['claude', 'codex'], status: 'resolved' },
      inputs: [
        { reviewer: 'claude', index: 0 },
        { reviewer: 'codex', index: 0 },
      ],
      resolution: { fix: 'says what it is' },
    },
  ])
  expect(final_review.reviewers).toContain('codex')
  for (const line of woken)
    expect(line).toMatch(/^demo: the reviewers of .* are done — dispatch next --run demo\n$|^Nothing/)
  expect((await w.tasks()).map(({ id, state }) => `${id} ${state}`).sort()).toEqual([
    ...['demo-b01-codex-1 incomplete', 'demo-final-codex-1 incomplete'],
  ])
})
