/** `limits.per_backend` counts a command of the user's own by its name under `backends`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { until } from './support/until.ts'
import { world } from './support/world.ts'

it('counts each backend of the user by its own name', { timeout: 60_000 }, async () => {
  const w = world()
  const script =
    'cat >/dev/null\nwhile [ ! -e "$WORLD/go" ]; do sleep 0.1; done\ndispatch tick 1 >/dev/null\necho Done.'
  for (const name of ['narrow', 'wide']) w.worker(name, script)
  w.config('models: { other: { backend: narrow } }\nlimits: { per_backend: { narrow: 1 } }\n')
  for (const [id, model] of [
    ['a', 'narrow'],
    ['b', 'other'],
    ['c', 'wide'],
    ['d', 'wide'],
  ] as const)
    await w.start(id, model)
  const states = async () => Object.fromEntries((await w.tasks()).map(({ id, state }) => [id, state]))
  expect(await states()).toEqual({ a: 'running', b: 'queued', c: 'running', d: 'running' })
  writeFileSync(join(w.folder, 'go'), '')
  let seen = await states()
  await until(
    async () => {
      seen = await states()
      return Object.values(seen).every((state) => state === 'done')
    },
    () => JSON.stringify(seen),
  )
})
