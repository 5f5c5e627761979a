/**
 * A worker of any vendor's before the scripted model: what the fault tests need to know of each CLI, and no more. Three
 * are the real ones; Cursor's is the stand-in, which has its commands from the same model.
 */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { here, type Identity, withEnvironment } from '../../runtime/io/processes.ts'
import type { TaskView } from '../../runtime/verbs/status-view.ts'
import { until } from '../support/until.ts'
import { World } from '../support/world.ts'
import { installGemini } from './gemini-stage.ts'
import { cliBinary, onPath } from './install.ts'
import { type Exchange, type ModelServer, startModelServer } from './model-server.ts'
import { provider } from './opencode-stage.ts'
import { fail, type Reply, type Script, say } from './script.ts'

const STANDIN = fileURLToPath(new URL('../../runtime/backend/fixtures/cursor-agent.mjs', import.meta.url))

interface Vendor {
  name: 'codex' | 'opencode' | 'gemini' | 'cursor'
  /** It is installed, and what holds it. */
  isThere: boolean
  /** Puts it into the world; returns what config.yaml needs for it. */
  install(world: World, url: string): string
  /** What a person with `kill -9` meets of one worker: each by its command line. */
  victims: Record<string, RegExp>
  /** A file that is written while its launch is planned, below the task's folder. */
  planned: string
}

const contained = onPath('bwrap')

export const VENDORS: readonly Vendor[] = [
  {
    name: 'codex',
    isThere: cliBinary('codex') !== undefined,
    install(world, url) {
      // It refuses to work where its home lies in the folder for temporary files.
      world.env.TMPDIR = join(world.folder, 'tmp')
      mkdirSync(world.env.TMPDIR)
      mkdirSync(join(world.home, '.codex'))
      const patience = 'request_max_retries=1,stream_max_retries=1'
      const mock = `{name="mock",base_url="${url}/v1",wire_api="responses",env_key="MOCK_KEY",${patience}}`
      const words = [cliBinary('codex'), '-c', 'model_provider=mock', '-c', `model_providers.mock=${mock}`]
      return `backends:\n  codex: ${JSON.stringify({ command: words, env: { MOCK_KEY: 'dummy' } })}\nmodels:\n  codex: { backend: codex, id: test-model }\n`
    },
    victims: { 'the launcher': /^\S*node .*bin\/codex/, 'the program': /^(?!\S*node ).*\/vendor\/.* exec / },
    planned: 'attempts/001/tmp',
  },
  {
    name: 'opencode',
    isThere: cliBinary('opencode') !== undefined && contained,
    install(world, url) {
      link(world, 'opencode', cliBinary('opencode') ?? '')
      // It would install a package for plugins at each start.
      world.env.npm_config_offline = 'true'
      const folder = join(world.home, '.config/opencode')
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'opencode.json'), JSON.stringify(provider(url)))
      return ''
    },
    victims: { 'what contains it': /^\S*bwrap /, 'the program': /^\S*\/opencode run / },
    planned: 'data/opencode',
  },
  {
    name: 'gemini',
    isThere: cliBinary('gemini') !== undefined && contained,
    install(world, url) {
      installGemini(world, { url })
      // Without a model of its own it first asks another one which to take.
      return 'models:\n  gemini: { backend: gemini, id: gemini-2.5-flash }\n'
    },
    victims: { 'what contains it': /^\S*bwrap /, 'the program': /^\S*node .*\/gemini / },
    planned: 'attempts/001/settings.json',
  },
  {
    name: 'cursor',
    isThere: contained,
    install(world, url) {
      link(world, 'agent', STANDIN)
      world.env.STANDIN_SERVER = url
      return ''
    },
    victims: { 'what contains it': /^\S*bwrap /, 'the program': /^\S*node .*\/agent / },
    planned: 'attempts/001',
  },
]

function link(world: World, name: string, program: string): void {
  symlinkSync(program, join(world.folder, 'bin', name))
  world.env.PATH = `${join(world.folder, 'bin')}:${world.env.PATH}`
}

/** An idle machine takes a tenth of it for the slowest of them (ms). */
export const PATIENCE = 90_000

export class FaultStage extends World {
  readonly vendor: Vendor
  readonly server: ModelServer
  private readonly own: string

  constructor(vendor: Vendor, server: ModelServer) {
    super()
    this.vendor = vendor
    this.server = server
    writeFileSync(join(this.home, '.gitconfig'), '[user]\n\tname = W\n\temail = w@example.com\n')
    this.own = vendor.install(this, server.url)
    this.limits()
  }

  limits(more = 'retries: 0'): void {
    this.config(`${this.own}limits: { parallel: 8, ${more} }\n`)
  }

  /** A task of one item, or of these, for this vendor's worker. */
  begin(id: string, items: string[] = ['One'], flags: string[] = []): Promise<string> {
    return this.start(id, this.vendor.name, items, flags)
  }

  /** The requests of the workers of a task, over all its attempts. */
  asked(id: string): Exchange[] {
    return this.server.exchanges.filter(({ turn }) => taskOf(turn.all) === id)
  }

  /** How many conversations the workers of a task have had. */
  conversations(id: string): number {
    return new Set(this.asked(id).map(({ turn: { all, session } }) => `${session}${firstOf(all)}`)).size
  }

  /** Waits until the task is in one of these states. */
  async comesTo(id: string, ...states: string[]): Promise<TaskView> {
    let view: TaskView | undefined
    await until(
      async () => {
        view = await this.task(id)
        return states.includes(view.state)
      },
      () => `not ${states}: ${JSON.stringify(view)}\n${this.asked(id).at(-1)?.turn.last.slice(-1000)}`,
      PATIENCE,
    )
    return view as TaskView
  }

  exit(id: string, attempt = '001'): Record<string, unknown> {
    return parse(readFileSync(this.path(id, 'attempts', attempt, 'exit.yaml'), 'utf8'))
  }

  /** Everything that the workers of this world have started, themselves included. */
  processes(): Identity[] {
    return withEnvironment(`DISPATCH_ROOT=${this.root}`)
  }

  commands(): string[] {
    return this.processes().map(({ pid }) => here.commandOf(pid) ?? '')
  }

  pidIn(id: string, name: 'attempt' | 'supervisor', attempt = '001'): number {
    return Number(parse(readFileSync(this.path(id, 'attempts', attempt, `${name}.yaml`), 'utf8')).pid)
  }

  override async end(): Promise<void> {
    await super.end()
    await this.server.close()
  }
}

const taskOf = (all: string): string | undefined =>
  /You are a background worker\.[^`]*Your task is `([^`]+)`/.exec(all)?.[1]

/** What tells a conversation from another one with the same task: what is said of the attempts before. */
const firstOf = (all: string) => all.slice(0, all.indexOf('# Checklist'))

/** The nth request of the task gets the nth step, whichever worker of it asks; "Finished." when they are used up. */
export function steps(...list: (Reply | Script)[]): Script {
  let next = 0
  return (turn) => {
    const step = list[next++] ?? say('Finished.')
    return typeof step === 'function' ? step(turn) : step
  }
}

/** A stage that ends with the test that calls this. Each task has its script. */
export async function faultStage(vendor: Vendor, scripts: Record<string, Script>): Promise<FaultStage> {
  const server = await startModelServer(
    (turn) =>
      scripts[taskOf(turn.all) ?? '']?.(turn) ??
      fail(400, 'invalid_request_error', `no script for ${taskOf(turn.all)}`),
  )
  const made = new FaultStage(vendor, server)
  onTestFinished(() => made.end())
  return made
}
