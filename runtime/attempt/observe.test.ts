import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { world } from '../../test/support/world.ts'
import { here } from '../io/processes.ts'
import { observe } from './observe.ts'

test('a worker that ticks and ends while it is looked at: done, not incomplete', async () => {
  const w = world()
  w.worker('works', 'until [ -e "$WORLD/go" ]; do sleep 0.02; done\ndispatch tick 1 >/dev/null')
  await w.start('one', 'works')
  const exit = w.path('one', 'attempts/001/exit.yaml')
  let looked = false
  const { state, checklist } = observe(w.root, 'one', {
    ...here,
    startOf(pid) {
      if (!looked) {
        looked = true
        w.write('go', '')
        execFileSync('sh', ['-c', 'until [ -e "$0" ]; do sleep 0.02; done', exit], { timeout: 20_000 })
      }
      return here.startOf(pid)
    },
  })
  expect([state, checklist?.plan.items.map(({ mark }) => mark)]).toEqual(['done', ['done']])
})
