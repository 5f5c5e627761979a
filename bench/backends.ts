/**
 * Each real CLI as a worker, with a scripted model behind it: what a launch by dispatch costs over the same CLI started
 * by hand with the same words, and how long it takes until a failure has its class.
 */

import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { parse } from 'yaml'
import { clientEnvironment } from '../test/client/client.ts'
import { CODEX, CodexStage } from '../test/client/codex-stage.ts'
import { GeminiStage } from '../test/client/gemini-stage.ts'
import { CURRENT, claudeBinary, cliBinary } from '../test/client/install.ts'
import { type ModelServer, startModelServer } from '../test/client/model-server.ts'
import { OpencodeStage } from '../test/client/opencode-stage.ts'
import { fail, type Script, say } from '../test/client/script.ts'
import { Stage } from '../test/client/stage.ts'
import { until } from '../test/support/until.ts'
import type { World } from '../test/support/world.ts'
import { median } from './measure.ts'
import { atMost, type Row, times } from './table.ts'

const ROUNDS = Number(process.env.BENCH_N) || 7
const PATIENCE = 300_000
const PLAN = '# Look\n- [ ] Look\n'

interface Cli {
  name: string
  installed: boolean
  model: string
  open(server: ModelServer): World
  /** What is set on top of the world's. */
  env?(world: World): Record<string, string>
}

const CLIS: Cli[] = [
  {
    name: 'claude',
    installed: claudeBinary(CURRENT) !== undefined,
    model: 'opus',
    open: (server) => new Stage({ version: CURRENT, lead: () => say('') }, server),
    env: (world) => clientEnvironment((world as Stage).client()),
  },
  { name: 'codex', installed: CODEX !== undefined, model: 'gpt', open: (server) => new CodexStage(server) },
  {
    name: 'opencode',
    installed: cliBinary('opencode') !== undefined,
    model: 'opencode',
    open: (server) => new OpencodeStage(server),
  },
  {
    name: 'gemini',
    installed: cliBinary('gemini') !== undefined,
    model: 'gemini',
    open: (server) => new GeminiStage(server, {}),
  },
]

export async function backends(): Promise<Row[]> {
  const rows: Row[] = []
  for (const cli of CLIS)
    if (!cli.installed) rows.push({ what: cli.name, measured: 'needs the CLI: npm run clients' })
    else rows.push(await launch(cli), ...(await failures(cli)))
  return rows
}

async function on<T>(cli: Cli, script: Script, work: (world: World) => Promise<T>): Promise<T> {
  const server = await startModelServer(script)
  const world = cli.open(server)
  try {
    return await work(world)
  } finally {
    await world.end()
    await server.close()
  }
}

/** From the decision to launch to the recorded end, against the same words started by hand, in turns. */
const launch = (cli: Cli): Promise<Row> =>
  on(
    cli,
    () => say('There is nothing to do.'),
    async (world) => {
      const ours: number[] = []
      const bare: number[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const id = `look-${round}`
        ours.push((await started(cli, world, id)).took)
        bare.push(await byHand(cli, world, id))
      }
      const ratio = median(ours) / median(bare)
      return {
        what: `${cli.name}: a launch, from start to end, times the CLI alone`,
        measured: times(ratio),
        beside: `${(median(bare) / 1000).toFixed(1)} s alone`,
        target: atMost(1.1, ' x', ratio),
      }
    },
  )

async function started(cli: Cli, world: World, id: string): Promise<{ took: number; class: string | null }> {
  const env = cli.env?.(world) ?? {}
  await world.ok(['start', id, '--model', cli.model], { input: PLAN, env })
  const at = (name: string) => world.path(id, 'attempts/001', name)
  await until(
    () => isThere(at('exit.yaml')),
    () => `${cli.name} did not end: ${id}`,
    PATIENCE,
  )
  const { created } = parse(readFileSync(at('launch.yaml'), 'utf8')) as { created: string }
  const exit = parse(readFileSync(at('exit.yaml'), 'utf8')) as { class: string | null }
  return { took: statSync(at('ended.yaml')).mtimeMs - Date.parse(created), class: exit.class }
}

const isThere = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined

/** The words of the launch without what dispatch puts before them, in a conversation of its own. */
async function byHand(cli: Cli, world: World, id: string): Promise<number> {
  const folder = world.path(id, 'attempts/001')
  const record = parse(readFileSync(`${folder}/launch.yaml`, 'utf8')) as {
    argv: string[]
    conversation: string
  }
  const wrapper = Math.max(0, record.argv.findLastIndex((word) => word === '--' || word === 'sh') + 1)
  const [program = '', ...words] = record.argv
    .slice(wrapper)
    .map((word) => (word === record.conversation ? randomUUID() : word))
  // opencode's agent comes with settings in its environment.
  const agent = words.indexOf('--agent')
  if (agent !== -1) words.splice(agent, 2)
  const begun = performance.now()
  const child = spawn(program, words, {
    cwd: world.repo,
    env: { ...world.env, ...cli.env?.(world), GEMINI_CLI_NO_RELAUNCH: 'true', MOCK_KEY: 'dummy' },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.stdin.end(readFileSync(`${folder}/prompt.md`))
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}`)
  return performance.now() - begun
}

const NO_MODEL = 'models/test is not found for API version v1beta, or does not exist'
const FAILURES: [what: string, status: number, type: string, says: string, expected: string][] = [
  ['a login that is refused', 403, 'permission_error', 'This key may not do that.', 'auth'],
  ['a model that is not there', 404, 'not_found_error', NO_MODEL, 'model-unavailable'],
  ['a limit', 429, 'rate_limit_error', 'Too many requests.', 'rate-limited'],
  ['a busy server', 503, 'overloaded_error', 'Overloaded.', 'overloaded'],
]

/** Seconds from the launch to the end; nobody listens, so that the CLI's own patience counts. */
async function failures(cli: Cli): Promise<Row[]> {
  const rows: Row[] = []
  for (const [what, status, type, says, expected] of FAILURES)
    rows.push(
      await on(
        cli,
        () => fail(status, type, says),
        async (world) => {
          const { took, class: found } = await started(cli, world, 'fails')
          return {
            what: `${cli.name}: ${what}`,
            measured: `${(took / 1000).toFixed(1)} s`,
            beside: `${found}`,
            target: { text: expected, met: found === expected },
          }
        },
      ),
    )
  return rows
}
