/** Tasks to measure with: one is really played by the demo worker, the others are copies of it under other names. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import type { World } from '../test/support/world.ts'

const ITEMS = [
  'Read the code',
  'Look for secrets',
  'Check the logging',
  'Compare with the docs',
  'Decide',
  'Write output.md',
]

/** `task-1` … `task-<count>`, all ended. */
export async function many(world: World, count: number): Promise<World> {
  world.config('limits: { timeout: 2h }\n')
  await world.ok(['start', 'task-1', '--model', 'demo'], {
    input: `${ITEMS.map((item) => `- [ ] ${item}\n`).join('')}\n## Context\ndemo: pace 1\n`,
  })
  await world.ok(['wait'])
  for (let n = 2; n <= count; n++) {
    cpSync(world.path('task-1'), world.path(`task-${n}`), { recursive: true })
    const request = world.path(`task-${n}`, 'task.yaml')
    writeFileSync(request, readFileSync(request, 'utf8').replaceAll('task-1', `task-${n}`))
  }
  return world
}
