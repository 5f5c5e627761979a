/** Many tasks, few places: all run through, never more at once than there are places, whoever is killed on the way. */
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { here } from '../../runtime/io/processes.ts'
import { until } from '../support/until.ts'
import { kill, type World, world } from '../support/world.ts'

/** Says when it begins and ends, in one file that all append to: its lines are the order in which it happened. */
const WORKS = `echo "begin $DISPATCH_TASK" >>"$WORLD/facts"
sleep 0.$(($$ % 5 + 2))
sed 's/\\[ \\]/[x]/' "$DISPATCH_ROOT/tasks/$DISPATCH_TASK/plan.md" >"$WORLD/plan.$DISPATCH_TASK"
mv "$WORLD/plan.$DISPATCH_TASK" "$DISPATCH_ROOT/tasks/$DISPATCH_TASK/plan.md"
echo "end $DISPATCH_TASK" >>"$WORLD/facts"`

const facts = (w: World) =>
  existsSync(`${w.folder}/facts`) ? readFileSync(`${w.folder}/facts`, 'utf8').trimEnd().split('\n') : []

/**
 * A worker that was ended with its supervisor, before it could say so, is not counted: it held its place until then,
 * and nobody wrote down when that was.
 */
function atOnce(w: World): number {
  const lines = facts(w)
  const ended = (line: string, n: number) => {
    const next = lines.slice(n + 1).find((later) => later.replace(/^\w+ /, '') === line.replace(/^\w+ /, ''))
    return next?.startsWith('end') === true
  }
  let now = 0
  return Math.max(
    0,
    ...lines.map((line, n) => {
      if (!line.startsWith('begin')) now -= 1
      else if (ended(line, n)) now += 1
      return now
    }),
  )
}

/** How often each line was written. */
function counts(w: World): Map<string, number> {
  const counted = new Map<string, number>()
  for (const line of facts(w)) counted.set(line, (counted.get(line) ?? 0) + 1)
  return counted
}

const documents = (ids: string[], keys = '') =>
  ids.map((id) => `---\nid: ${id}\nmodel: works\n${keys}---\n- [ ] One\n`).join('')
const named = (count: number) => Array.from({ length: count }, (_, i) => `t-${i}`)

/** Ids by state. */
async function byState(w: World): Promise<Map<string, string[]>> {
  const states = new Map<string, string[]>()
  for (const { id, state } of await w.tasks()) states.set(state, [...(states.get(state) ?? []), id])
  return states
}

const pidOf = (w: World, id: string): number | undefined => {
  const path = w.path(id, 'attempts/001/supervisor.yaml')
  const pid = existsSync(path) ? Number(/^pid: (\d+)$/m.exec(readFileSync(path, 'utf8'))?.[1]) : undefined
  return pid !== undefined && here.commandOf(pid).includes('supervise.sh') ? pid : undefined
}

test('fifty with five places, ten supervisors killed on the way: done, or lost and done when tried again', async () => {
  const w = world()
  w.worker('works', WORKS)
  w.config('limits: { parallel: 5 }\n')
  const ids = named(50)
  await w.ok(['start', '--all'], { input: documents(ids) })
  const watching = w.spawn(['watch'])
  const killed = new Set<string>()
  for (let n = 0; n < 10; n++) {
    await until(() => {
      const alive = ids.filter((id) => !killed.has(id) && pidOf(w, id) !== undefined)
      const id = alive[Math.floor(Math.random() * alive.length)]
      const pid = id === undefined ? undefined : pidOf(w, id)
      if (id === undefined || pid === undefined) return false
      kill(pid)
      return killed.add(id)
    })
    await sleep(Math.random() * 300)
  }
  const over = async () => {
    const states = await byState(w)
    const count = (state: string) => states.get(state)?.length ?? 0
    return count('done') + count('lost') === ids.length ? states : undefined
  }
  const states = await until(over, () => `not all are over: ${facts(w).length} facts`, 120_000)
  // Its supervisor was killed at its very end, perhaps, when it had said how the worker ended.
  for (const id of states.get('lost') ?? []) expect(killed).toContain(id)
  for (const id of states.get('lost') ?? []) await w.ok(['retry', id])
  await until(async () => (await byState(w)).get('done')?.length === ids.length, 'not all are done', 60_000)
  watching.kill()
  expect(atOnce(w)).toBeLessThanOrEqual(5)
  expect(atOnce(w)).toBeGreaterThan(2)
  for (const [line, count] of counts(w))
    expect(count, line).toBeLessThanOrEqual(killed.has(line.replace(/^\w+ /, '')) ? 2 : 1)
}, 240_000)

test('what settles is killed again and again: each was launched once, and all are done', async () => {
  const w = world()
  w.worker('works', WORKS)
  w.config('limits: { parallel: 2 }\n')
  const ids = named(14)
  await w.ok(['start', '--all'], { input: documents(ids) })
  let kills = 0
  const verbs = [['status'], ['wait', '--timeout', '300ms'], ['status', '--json']]
  await until(
    async () => {
      const settling = w.left().filter(({ pid }) => here.commandOf(pid).includes('_settle'))
      for (const { pid } of kills < 10 ? settling : []) {
        await sleep(Math.random() * 120)
        kill(pid)
        kills += 1
      }
      await w.dispatch(verbs[kills % verbs.length] ?? [])
      return (await byState(w)).get('done')?.length === ids.length
    },
    () => `killed ${kills}, ${facts(w).length} facts`,
    120_000,
  )
  expect(kills).toBeGreaterThan(3)
  expect(atOnce(w)).toBeLessThanOrEqual(2)
  expect([...counts(w).values()]).toEqual(Array.from({ length: 28 }, () => 1))
}, 240_000)

test.each([['status'], ['wait', '--timeout', '10s'], ['watch'], ['start', 'third', '--model', 'works']])(
  'the starter was killed before it started the next one: %s picks it up',
  async (...words) => {
    const w = world()
    w.worker('works', WORKS)
    w.worker('waits', 'until [ -e "$WORLD/go" ]; do sleep 0.02; done')
    w.config('limits: { parallel: 1 }\n')
    await w.start('first', 'waits')
    await w.start('second', 'works')
    w.hold('_settle')
    w.write('go', '')
    await until(() => existsSync(w.path('first', 'attempts/001/ended.yaml')))
    kill(
      Number(
        /^pid: (\d+)$/m.exec(readFileSync(w.path('first', 'attempts/001/supervisor.yaml'), 'utf8'))?.[1],
      ),
    )
    w.release()
    expect(facts(w)).toEqual([])
    const call = w.spawn(words, { input: '- [ ] One\n' })
    await until(() => facts(w).includes('end second'), 'the second one was not started')
    call.kill()
  },
)

test('sixteen starters at once, one place: never more than one, and none is forgotten', async () => {
  const w = world()
  w.worker('works', WORKS)
  w.config('limits: { parallel: 1 }\n')
  const ids = named(16)
  const started = await Promise.all(
    // The later ones are the more urgent: who decides a moment later chooses another one.
    ids.map((id, i) =>
      w.dispatch(
        ['start', id, '--model', 'works', '--priority', i < 5 ? 'low' : i < 10 ? 'normal' : 'high'],
        {
          input: '- [ ] One\n',
        },
      ),
    ),
  )
  expect(started.map(({ code }) => code)).toEqual(ids.map(() => 0))
  await until(
    () => ids.every((id) => facts(w).includes(`end ${id}`)),
    () => `${facts(w).length} facts`,
    60_000,
  )
  expect(atOnce(w)).toBe(1)
  expect([...counts(w).values()]).toEqual(Array.from({ length: 32 }, () => 1))
}, 120_000)

test('limits of one backend hold for that one alone, and whoever is urgent goes first', async () => {
  const w = world()
  w.worker('works', WORKS)
  w.worker(
    'waits',
    `echo "begin $DISPATCH_TASK" >>"$WORLD/facts"; until [ -e "$WORLD/go" ]; do sleep 0.02; done`,
  )
  w.config('limits: { parallel: 3, per_backend: { waits: 1 } }\n')
  await w.ok(['start', '--all'], {
    input: ['low', 'normal', 'high']
      .map((priority) => `---\nid: ${priority}\nmodel: waits\npriority: ${priority}\n---\n- [ ] One\n`)
      .join('')
      .concat(documents(['other-1', 'other-2'])),
  })
  await until(() => facts(w).filter((line) => line.startsWith('end other')).length === 2)
  expect(facts(w).filter((line) => /low|normal|high/.test(line))).toEqual(['begin high'])
  expect((await byState(w)).get('queued')).toEqual(['low', 'normal'])
  w.write('go', '')
  await until(() => facts(w).filter((line) => /^begin (low|normal|high)/.test(line)).length === 3)
  expect(facts(w).filter((line) => /low|normal|high/.test(line))).toEqual([
    'begin high',
    'begin normal',
    'begin low',
  ])
})

test('a chain behind one that failed: said of each, told of the first; done at a retry, it lets them go', async () => {
  const w = world()
  w.worker('works', WORKS)
  w.worker('fails', '[ -e "$WORLD/mended" ] || exit 3\n'.concat(WORKS))
  await w.ok(['start', '--all'], {
    input: [
      ['a', 'fails', ''],
      ['b', 'works', 'after: [a]\n'],
      ['c', 'works', 'after: [b, a]\n'],
      ['d', 'works', 'after: [c]\n'],
    ]
      .map(([id, model, keys]) => `---\nid: ${id}\nmodel: ${model}\n${keys}---\n- [ ] One\n`)
      .join(''),
  })
  await until(async () => (await w.task('a')).state === 'failed')
  const told = await w.ok(['wait', '--timeout', '10s'])
  expect(told).toMatch(/^a failed/m)
  expect(told).toMatch(/^b queued: It comes after a, which is failed\./m)
  expect(told).not.toMatch(/^d /m)
  expect((await w.task('d')).remarks).toEqual([
    'It comes after c, which waits for a, which is failed. It cannot start by itself.',
  ])
  expect(
    await w.dispatch(['start', 'a', '--model', 'works', '--after', 'd'], { input: '- [ ] One\n' }),
  ).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('a after d after c after b after a'),
  })
  w.write('mended', '')
  await w.ok(['retry', 'a'])
  await until(async () => (await byState(w)).get('done')?.length === 4)
  expect(facts(w).filter((line) => line.startsWith('begin'))).toEqual([
    'begin a',
    'begin b',
    'begin c',
    'begin d',
  ])
})
