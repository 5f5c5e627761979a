/** A spec from its first test to its final review, through the real command line, git and test runner. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Acts, implementer, nodeProject, Play, reviewer, tester } from '../support/play.ts'
import { World } from '../support/world.ts'

let world: World
let play: Play
beforeEach(() => {
  world = new World()
  play = new Play(world)
  nodeProject(play)
  play.spec([
    { id: 'T001', content: 'Add one', file: 'src/one.js' },
    { id: 'T002', content: 'Add two', file: 'src/two.js' },
    { id: 'T003', content: 'Add three', file: 'src/three.js', depends_on: ['T001', 'T002'] },
  ])
})
afterEach(() => world.end())

const UNITS: Record<string, [string, number]> = { T001: ['one', 1], T002: ['two', 2], T003: ['three', 3] }

/** Everybody does right. */
const honest: Acts = (attempt) => {
  const [, key] = /^(?:B0?(\d+)|final)-review/.exec(attempt) ?? []
  if (attempt.includes('-review-')) return reviewer(key === undefined ? 'final' : Number(key))
  const [name, value] = UNITS[attempt.slice(0, 4)] ?? ['', 0]
  return attempt.includes('-red-') ? tester(name, value) : implementer(name, value)
}

const subjects = () => world.git('log', '--format=%s').trim().split('\n')

describe('the spec pipeline', () => {
  it('carries a spec out in batches, one commit each, and is ready in the end', async () => {
    const first = await play.step(['run'])
    expect(first).toMatchObject({
      run: 'demo',
      batch: { number: 1, total: 2 },
      phase: 'red',
      action: 'spawn',
    })
    expect(first.agents.map(({ attempt }) => attempt)).toEqual(['T001-red-1', 'T002-red-1'])
    expect(await play.step(['next'])).toEqual(first)
    expect(world.git('branch', '--show-current').trim()).toBe('feat/demo')

    const last = await play.until(honest)
    expect(last, last.message).toMatchObject({ action: 'done', batch: null })
    expect(subjects().slice(0, 3)).toEqual([
      'chore(demo): record the final review',
      'feat(three): add three',
      'feat(demo): add one and add two',
    ])
    expect(world.git('log', '-1', '--format=%B', 'HEAD~2')).toContain('Tasks: T001, T002\nBatch: 1/2')
    expect(world.git('status', '--porcelain').trim()).toBe('')
    expect(play.read(`${play.folder}/tasks.yaml`)).toMatch(/^# The tasks\.\n/)
    expect(play.yaml('tasks.yaml').tasks.map((task: { status: string }) => task.status)).toEqual(
      Array(3).fill('completed'),
    )
    const review = play.yaml('review.yaml')
    expect(
      review.batch_reviews.map((each: { batch: number; outcome: string }) => [each.batch, each.outcome]),
    ).toEqual([
      [1, 'approved'],
      [2, 'approved'],
    ])
    expect(review.final_review).toMatchObject({ status: 'completed', recommendation: 'ready_to_merge' })
    expect(Object.values(review.readiness)).toEqual(Array(5).fill(true))
    expect(play.yaml('checkpoint.yaml').checkpoint).toMatchObject({
      spec_name: 'demo',
      branch: 'feat/demo',
      last_batch: 2,
      tasks: { completed: ['T001', 'T002', 'T003'], pending: [] },
    })
  })

  it('refuses a test that passes, and goes on when it is mended', async () => {
    await play.step(['run'])
    const passing = {
      files: {
        'test/one.test.js':
          "import { test } from 'node:test'\nimport assert from 'node:assert/strict'\ntest('one is 1', () => assert.equal(1, 1))\n",
      },
      report: tester('one', 1).report,
    }
    expect(await play.act('T001-red-1', passing, true)).toMatch(/refused/)
    await play.act('T001-red-1', tester('one', 1))
    expect((await play.step(['next'])).agents.map(({ attempt }) => attempt)).toEqual(['T002-red-1'])
  })

  it('has a grave finding mended and looked at again before anything is committed', async () => {
    await play.step(['run'])
    let reviews = 0
    const acts: Acts = (attempt) => {
      if (attempt.startsWith('B01-review-') && ++reviews === 1)
        return reviewer(1, [
          {
            severity: 'critical',
            location: 'src/one.js:1',
            description: 'One is not documented.',
            task: 'T001',
          },
          {
            severity: 'medium',
            location: 'src/two.js:1',
            description: 'Two is a magic number.',
            task: 'T002',
          },
        ])
      if (attempt === 'T001-fix-1')
        return {
          files: { 'src/one.js': '/** One. */\nexport const one = () => 1\n' },
          report: {
            fix_report: { status: 'success', fixes_applied: [{ issue: 'B01-I01', fix: 'A comment.' }] },
          },
        }
      return honest(attempt)
    }
    const second = await play.until(acts, (step) => step.batch?.number === 2)
    expect(second, second.message).toMatchObject({ phase: 'red', batch: { number: 2 } })
    expect(reviews).toBe(2)
    expect(world.git('show', 'HEAD:src/one.js')).toContain('/** One. */')
    const review = play.yaml('review.yaml')
    expect(review.issues.critical).toMatchObject([
      {
        id: 'B01-I01',
        status: 'resolved',
        found_by: ['claude'],
        resolution: { batch: 1, fix: 'A comment.' },
      },
    ])
    expect(review.deferred_issues).toHaveLength(1)
  })

  it('asks when no test can be written, and gives the answer to the next tester', async () => {
    await play.step(['run'])
    await play.act('T001-red-1', { report: { tester_report: { status: 'gap', gap_reason: 'One of what?' } } })
    await play.act('T002-red-1', tester('two', 2))
    const asked = await play.step(['next'])
    expect(asked).toMatchObject({ action: 'ask', phase: 'red' })
    expect(asked.question?.text).toContain('One of what?')
    const next = await play.step(['decide', 'One apple.'])
    expect(next.agents.map(({ attempt }) => attempt)).toEqual(['T001-red-2'])
    expect(await world.ok(['brief', 'T001-red-2'])).toContain('One apple.')
  })
})
