/** However a worker hides what it starts, it is gone when the worker is; and nothing of anybody else's is. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { here, type Identity, isAlive } from '../../runtime/io/processes.ts'
import { readYaml } from '../../runtime/io/yaml.ts'
import { until } from '../support/until.ts'
import { kill, type World, world } from '../support/world.ts'

/** Ways of getting away; each says by a file that it did. `$1`: what the process is told apart by. */
const WAYS: Record<string, string> = {
  'in the background': 'sleep $1 & : >"$WORLD/ready"',
  'without hangups': 'nohup sleep $1 >/dev/null 2>&1 & : >"$WORLD/ready"',
  'in a session of its own': 'setsid sleep $1 & : >"$WORLD/ready"',
  'forked twice, in a session of its own': `(setsid sh -c "sleep $1 & : >'$WORLD/ready'" &)`,
  'holding the output of its shell': 'sh -c "sleep $1 & echo started" & : >"$WORLD/ready"',
  stopped: `sh -c "sleep $1 & until ps -o args= -p \\$! | grep -q ^sleep; do :; done; kill -STOP \\$!; : >'$WORLD/ready'"`,
  'stopped, in a session of its own': `setsid sh -c "sleep $1 & until ps -o args= -p \\$! | grep -q ^sleep; do :; done; kill -STOP \\$!; : >'$WORLD/ready'"`,
  'deaf to every asking': `(trap '' TERM HUP INT; : >"$WORLD/ready"; exec sleep $1) &`,
  'with a clean environment, below one that has not': `setsid sh -c "set -m; env -i sleep $1 & : >'$WORLD/ready'; wait" &`,
  'with a clean environment and its parent gone, in the session': `bash -c "set -m; env -i sleep $1 & : >'$WORLD/ready'"`,
}

/** What the processes of this test are told apart by, whatever they do with their environment: how long they sleep. */
let next = 7_000_000 + (process.pid % 10_000) * 100
const unique = () => String(next++)
const sleeping = (length: string): Identity[] =>
  here.table().filter(({ pid }) => here.commandOf(pid).endsWith(`sleep ${length}`))

const killAll = (processes: Identity[]) => {
  for (const { pid } of processes) kill(pid)
}

/** Ended with the test, whatever it finds. */
function length(): string {
  const made = unique()
  onTestFinished(() => killAll(sleeping(made)))
  return made
}

function exitOf(w: World, id: string): { swept: string; left: string } {
  const exit = Object.entries(Object(readYaml(w.path(id, 'attempts/001/exit.yaml'))))
  const list = (name: string) => String(exit.find(([key]) => key === name)?.[1])
  return { swept: list('swept'), left: list('left') }
}

const supervisorOf = (w: World) =>
  Number(/^pid: (\d+)$/m.exec(readFileSync(w.path('one', 'attempts/001/supervisor.yaml'), 'utf8'))?.[1])

/** A worker that hides something that way. */
async function hiding(way: string): Promise<{ w: World; seconds: string }> {
  const w = world()
  const seconds = length()
  const waits = 'until [ -e "$WORLD/go" ]; do sleep 0.02; done'
  w.worker('hides', `set -- ${seconds}\n${WAYS[way]}\n${waits}`)
  await w.start('one', 'hides')
  await until(() => existsSync(`${w.folder}/ready`) && sleeping(seconds).length === 1)
  return { w, seconds }
}

describe.each(Object.keys(WAYS))('%s', (way) => {
  test('at the end of its worker', async () => {
    const { w, seconds } = await hiding(way)
    w.write('go', '')
    await until(() => existsSync(w.path('one', 'attempts/001/exit.yaml')))
    expect(sleeping(seconds)).toEqual([])
    expect(exitOf(w, 'one')).toEqual({ swept: expect.stringContaining(`sleep ${seconds}`), left: '' })
  })

  test('when its worker is stopped', async () => {
    const { w, seconds } = await hiding(way)
    await w.ok(['stop', 'one'])
    expect(sleeping(seconds)).toEqual([])
    expect(exitOf(w, 'one')).toEqual({ swept: expect.stringContaining(`sleep ${seconds}`), left: '' })
  })
})

test('one that starts its successor and ends, again and again, does not get away', async () => {
  const w = world()
  w.write('relay', `trap '' TERM\n: >"$WORLD/ready"\nsleep 0.05\nsetsid sh "$WORLD/relay" &\n`)
  w.worker('forks', 'export WORLD\nsetsid sh "$WORLD/relay" &\nsleep 600')
  await w.start('one', 'forks')
  await until(() => existsSync(`${w.folder}/ready`))
  await w.ok(['stop', 'one'])
  expect(w.left().map(({ pid }) => here.commandOf(pid))).toEqual([])
})

test('two that start each other again are both ended', async () => {
  const w = world()
  w.write(
    'guard',
    `trap '' TERM
echo $$ >"$WORLD/guard.$1"
: >"$WORLD/ready.$1"
while sleep 0.02; do
  read -r other <"$WORLD/guard.$2" || continue
  kill -0 "$other" || { setsid sh "$WORLD/guard" $2 $1 & sleep 0.1; }
done 2>/dev/null
`,
  )
  w.worker(
    'guards',
    'export WORLD\nsetsid sh "$WORLD/guard" a b &\nsetsid sh "$WORLD/guard" b a &\nsleep 600',
  )
  await w.start('one', 'guards')
  await until(() => existsSync(`${w.folder}/ready.a`) && existsSync(`${w.folder}/ready.b`))
  await w.ok(['stop', 'one'])
  expect(w.left().map(({ pid }) => here.commandOf(pid))).toEqual([])
})

test('bystanders survive: the same command, a marker that is none, that of an older attempt, other repositories', async () => {
  const w = world()
  const other = world()
  const seconds = length()
  for (const each of [w, other]) {
    each.worker('sleeps', `sleep ${seconds} & exec sleep 600`)
    await each.start('one', 'sleeps')
  }
  await until(() => sleeping(seconds).length === 2)
  await w.ok(['stop', 'one'])
  await w.ok(['retry', 'one'])
  await until(() => sleeping(seconds).length === 2)
  const markOf = (attempt: string) =>
    /^mark: (.+)$/m.exec(readFileSync(w.path('one', 'attempts', attempt, 'launch.yaml'), 'utf8'))?.[1] ?? ''
  const bystanders = [
    w.process(['sleep', seconds]),
    w.process(['setsid', 'sleep', seconds]),
    w.process(['sleep', seconds], { env: { DISPATCH_MARK: markOf('001') } }),
    w.process(['sleep', seconds], { env: { DISPATCH_MARK: `${markOf('002')}0` } }),
    w.process(['sleep', seconds], { env: { NOTE: `DISPATCH_MARK=${markOf('002')}` } }),
    w.process(['sh', '-c', `sleep ${seconds}; :`, `DISPATCH_MARK=${markOf('002')}`]),
    w.process([process.execPath, '-e', 'setTimeout(() => {}, 600000)', 'node_modules/.bin/vitest']),
  ]
  await until(() => sleeping(seconds).length === 8)
  const identities = bystanders.map(({ pid }) => ({ pid, start: here.startOf(pid) ?? '' }))
  await w.ok(['stop', 'one'])
  expect(identities.map((each) => isAlive(each))).toEqual(identities.map(() => true))
  expect(sleeping(seconds)).toHaveLength(7)
  expect(await other.task('one')).toMatchObject({ state: 'running' })
})

test("a daemon of the user's session is left and named, and so is what the user wants kept", async () => {
  const w = world()
  const seconds = length()
  // As daemons do: a session of its own, its parent gone. Their names are all that matters here.
  w.worker(
    'daemons',
    `for name in gpg-agent my-server my-serve; do
  cp "$(command -v sleep)" "$WORLD/$name" && (setsid "$WORLD/$name" ${seconds} &)
done
until [ -e "$WORLD/go" ]; do sleep 0.02; done`,
  )
  w.config('keep: [my-server]\n')
  await w.start('one', 'daemons')
  const daemons = () => here.table().filter(({ pid }) => here.commandOf(pid).endsWith(` ${seconds}`))
  onTestFinished(() => killAll(daemons()))
  await until(() => daemons().filter(({ name }) => !['setsid', 'sh'].includes(name)).length === 3)
  w.write('go', '')
  await until(() => existsSync(w.path('one', 'attempts/001/exit.yaml')))
  expect(
    daemons()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['gpg-agent', 'my-server'])
  const { swept, left } = exitOf(w, 'one')
  expect(swept).toContain(`my-serve ${seconds}`)
  expect(left).toContain(`gpg-agent ${seconds} (kept: it serves the session)`)
  expect(left).toContain(`my-server ${seconds} (kept: it serves the session)`)
  killAll(daemons())
})

test('what was ended is reported also when who ended it was killed', async () => {
  const w = world()
  const seconds = length()
  const deaf = "(trap '' TERM; exec sleep 601) &"
  w.worker('hides', `setsid sleep ${seconds} &\n${deaf}\nuntil [ -e "$WORLD/go" ]; do sleep 0.02; done`)
  await w.start('one', 'hides')
  await until(() => sleeping(seconds).length === 1)
  w.write('go', '')
  // What hears is gone; what is deaf is waited for.
  await until(() => sleeping(seconds).length === 0)
  kill(supervisorOf(w))
  await w.tasks()
  expect(exitOf(w, 'one').swept).toContain(`sleep ${seconds}`)
  expect(exitOf(w, 'one').swept).toContain('sleep 601')
})
