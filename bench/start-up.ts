/** What each call of a verb or hook costs before it does anything: against node that does nothing, and against tsx. */
import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DISPATCH, PLUGIN, World } from '../test/support/world.ts'
import { type Case, inTurns, median, type Times } from './measure.ts'
import { atMost, ms, type Row, times } from './table.ts'
import { many } from './tasks.ts'

/** Rounds; tsx takes part in every fourth. */
const ROUNDS = Number(process.env.BENCH_N) || 21
const EVERY = 4
/** Times bare node. */
const HOT = 1.5

const ITEMS = ['Read', 'Look', 'Check', 'Compare', 'Decide', 'Write output.md']

interface Measured {
  what: string
  hot: boolean
  words: string[]
  more?: Pick<Case, 'input' | 'prepare'> & { env?: Record<string, string> }
  /** Another folder than the one with one task. */
  in?: World
}

export async function startUp(): Promise<Row[]> {
  const worlds = [new World(), new World(), new World()] as const
  try {
    const [one, twenty, hundred] = await Promise.all([
      many(worlds[0], 1),
      many(worlds[1], 20),
      many(worlds[2], 100),
    ])
    return [
      ...rows(one, [
        ...worker(one),
        ...hooks(one),
        status(one, 'status, 1 task', true),
        { ...status(one, 'the same, nothing compiled before'), more: uncompiled(one) },
        { ...status(one, 'status <id>', true), words: ['status', 'task-1'] },
      ]),
      ...rows(twenty, [status(twenty, 'status, 20 tasks')]),
      ...rows(hundred, [status(hundred, 'status, 100 tasks')]),
    ]
  } finally {
    for (const world of worlds) await world.end()
  }
}

const status = (_: World, what: string, hot = false): Measured => ({ what, hot, words: ['status'] })

/** As after an update: what the engine compiled is kept (docs/adr/0015), for these flags in a file of its own. */
function uncompiled({ state }: World): NonNullable<Measured['more']> {
  const folder = join(state, 'cache', 'compiled')
  const forget = () => {
    for (const name of existsSync(folder) ? readdirSync(folder) : [])
      if (!name.endsWith(`-${process.arch}`)) rmSync(join(folder, name))
  }
  return { env: { NODE_OPTIONS: '--no-deprecation' }, prepare: forget }
}

/** A worker in the middle of its task: what it marks is put back before each call. */
function worker(world: World): Measured[] {
  const env = {
    DISPATCH_ROOT: world.root,
    DISPATCH_TASK: 'worker',
    DISPATCH_ATTEMPT: '001',
    DISPATCH_MARK: 'bench',
  }
  const folder = join(world.root, 'tasks', 'worker')
  const asItWas = () => {
    rmSync(folder, { recursive: true, force: true })
    cpSync(world.path('task-1'), folder, { recursive: true })
    rmSync(join(folder, 'data'), { recursive: true, force: true })
    writeFileSync(join(folder, 'plan.md'), `# Plan\n${ITEMS.map((item) => `- [ ] ${item}\n`).join('')}`)
    writeFileSync(join(folder, 'ipc', '001.question'), 'Which one counts?\n')
    writeFileSync(join(folder, 'ipc', '001.answer'), 'The second.')
  }
  return [
    { what: 'tick', hot: true, words: ['tick', '2', 'as it should be'], more: { env, prepare: asItWas } },
    {
      what: 'ask, answered already',
      hot: true,
      words: ['ask', 'Which one counts?'],
      more: { env, prepare: asItWas },
    },
  ]
}

function hooks({ repo }: World): Measured[] {
  const input = (more: object) =>
    JSON.stringify({ session_id: 'bench', cwd: repo, permission_mode: 'default', ...more })
  const shell = (command: string) => ({ input: input({ tool_name: 'Bash', tool_input: { command } }) })
  const typed = (args: string) => ({
    input: input({ command_name: 'dispatch:dispatch', command_args: args, command_source: 'plugin' }),
  })
  return [
    {
      what: 'hook pre-tool-use, a dispatch verb',
      hot: true,
      words: ['hook', 'pre-tool-use'],
      more: shell('dispatch status'),
    },
    {
      what: 'hook pre-tool-use, not ours',
      hot: true,
      words: ['hook', 'pre-tool-use'],
      more: shell('npm test'),
    },
    {
      what: 'hook user-prompt-expansion, a request',
      hot: true,
      words: ['hook', 'user-prompt-expansion'],
      more: typed('audit the logging'),
    },
    {
      what: 'hook user-prompt-expansion, status carried out',
      hot: true,
      words: ['hook', 'user-prompt-expansion'],
      more: typed('status'),
    },
  ]
}

function rows(world: World, list: Measured[]): Row[] {
  const tsx = [process.execPath, '--import', import.meta.resolve('tsx'), join(PLUGIN, 'runtime/cli.ts')]
  const cases: Record<string, Case> = { bare: { argv: [process.execPath, '-e', '0'], env: world.env } }
  for (const { what, words, more = {} } of list) {
    const called = { ...more, env: { ...world.env, ...more.env } }
    cases[what] = { ...called, argv: [DISPATCH, ...words] }
    cases[`${what} by tsx`] = { ...called, argv: [...tsx, ...words], every: EVERY }
  }
  const taken = inTurns(ROUNDS, world.repo, cases)
  const of = (name: string, which: keyof Times = 'wall') => median(taken[name]?.[which] ?? [])
  const against = (name: string, which: keyof Times) => of(name, which) / of('bare', which)
  return list.map(({ what, hot }) => ({
    what,
    measured: `${ms(of(what))}, ${times(against(what, 'wall'))} bare node; processor ${times(against(what, 'cpu'))}`,
    beside: `node ${ms(of('bare'))}; tsx ${ms(of(`${what} by tsx`))} (n ${ROUNDS}, tsx ${Math.ceil(ROUNDS / EVERY)})`,
    ...(hot ? { target: atMost(HOT, ' x', against(what, 'wall')) } : {}),
  }))
}
