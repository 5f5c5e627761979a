/** The real opencode as a reviewer that a run starts, against the scripted server. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { REPORT, reviews } from '../support/reviews.ts'
import { until } from '../support/until.ts'
import { cliBinary, onPath } from './install.ts'
import { opencodeStage, PATIENCE } from './opencode-stage.ts'
import { bash, call, say, sequence, use } from './script.ts'

const it = test.skipIf(cliBinary('opencode') === undefined || !onPath('bwrap'))
vi.setConfig({ testTimeout: 3 * PATIENCE })
const ID = 'cache-b02-codex-1'

it('reads the patch, changes nothing of the project, and mends its report in the same conversation', async () => {
  const output = (content: string) => () =>
    call(use('write', { filePath: join(stage.root, 'tasks', ID, 'output.md'), content }))
  const stage = await opencodeStage(
    sequence(
      bash(`cat .dispatch/tasks/${ID}/data/diff-1.patch; echo mine > stray.txt`),
      output('Looks fine to me.\n'),
      say('Reviewed.'),
      output(`${REPORT}\n`),
      say('Mended.'),
    ),
  )
  const made = await reviews(stage, [{ id: 'codex', type: 'opencode', model: 'mock/test-model' }], {
    effort: 'high',
  })
  expect(await made.start('codex')).toEqual([])
  const settled = await until(
    async () => {
      await made.collect()
      return made.attempt('codex').accepted
    },
    () => `it did not settle: ${stage.server.exchanges.at(-1)?.turn.last}`,
    2 * PATIENCE,
  )
  expect(settled).toMatchObject({
    kind: 'reviewer_report',
    report: { reviewer: 'codex', issues: [{ task: 'T001' }] },
  })
  const asked = stage.server.exchanges.filter(({ turn }) => turn.all.includes('What to review'))
  expect(asked[1]?.turn.results).toContain('THE PATCH')
  expect(asked.at(-1)?.turn.all).toContain('cannot be used yet')
  expect(existsSync(join(stage.repo, 'stray.txt'))).toBe(false)
  expect((await stage.exit(ID, '002')).session_id).toBe((await stage.exit(ID)).session_id)
  expect(stage.launched(ID)).toMatchObject({ profile: 'read-only', containment: 'sandbox' })
  expect(JSON.stringify(stage.launched(ID).argv)).toContain('"--variant","high"')
})
