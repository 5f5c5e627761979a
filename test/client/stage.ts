/**
 * A stage for the whole play: a world (test/support/world.ts), the plugin, the real client as the lead and, under
 * the name `claude` on the PATH, as the worker, and one scripted model behind all of them.
 */
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { until } from '../support/until.ts'
import { PLUGIN, World } from '../support/world.ts'
import { binary, type ClientOptions } from './client.ts'
import { type Exchange, type ModelServer, startModelServer } from './model-server.ts'
import { type HeadlessResult, type Interactive, openInteractive, runHeadless } from './run-claude.ts'
import { fail, type Reply, type Script, type Turn } from './script.ts'

export interface Cast {
  version: string
  lead: Script
  /** By task id. */
  workers?: Record<string, Script>
  /** Where the plugin is loaded from with `--plugin-dir`; null: not at all (it is installed). */
  pluginDir?: string | null
}

export class Stage extends World {
  readonly version: string
  readonly server: ModelServer
  private readonly pluginDir: string | null
  private readonly terminals: Interactive[] = []

  constructor({ version, pluginDir = PLUGIN }: Cast, server: ModelServer) {
    super()
    this.version = version
    this.server = server
    this.pluginDir = pluginDir
    symlinkSync(binary(version), join(this.folder, 'bin', 'claude'))
  }

  /** One headless run of the lead. */
  headless(prompt: string, args: string[] = [], timeoutMs = 60_000): Promise<HeadlessResult> {
    return runHeadless({ ...this.client(args), prompt, timeoutMs })
  }

  /** The lead's own screen. */
  async interactive(args: string[] = []): Promise<Interactive> {
    const terminal = await openInteractive(this.client(args))
    this.terminals.push(terminal)
    return terminal
  }

  /** Like `worker`, as a model that the user gave the profile `edit`: to start it takes no permission. */
  trusted(name: string, script: string): void {
    this.worker(`${name}-cli`, script)
    this.config(`models:\n  ${name}: { backend: ${name}-cli, profile: edit }\n`)
  }

  /** The requests of the sessions that are not workers. */
  asLead(): Exchange[] {
    return this.server.exchanges.filter(({ turn }) => taskOf(turn) === undefined)
  }

  /** The requests of the worker of a task, over all its attempts. */
  asWorker(id: string): Exchange[] {
    return this.server.exchanges.filter(({ turn }) => taskOf(turn) === id)
  }

  /** Waits for the end of the lead's turn: what is typed sooner reaches it together with a tool's result. */
  async leadRests(): Promise<void> {
    await until(() => {
      const reply = this.asLead().at(-1)?.reply
      return reply?.kind === 'blocks' && reply.blocks.every(({ type }) => type === 'text')
    }, 'the lead did not end its turn')
  }

  override async end(): Promise<void> {
    for (const terminal of this.terminals) await terminal.close()
    await super.end()
    await this.server.close()
  }

  client(args: string[] = []): ClientOptions {
    return {
      version: this.version,
      cwd: this.repo,
      home: this.home,
      server: this.server,
      ...(this.pluginDir === null ? {} : { pluginDir: this.pluginDir }),
      args,
      env: { ...this.env, PATH: `${join(this.folder, 'bin')}:${this.env.PATH}` },
    }
  }
}

export const openStage = async (cast: Cast): Promise<Stage> =>
  new Stage(cast, await startModelServer((turn) => play(cast, turn)))

/** A stage that ends with the test that calls this. */
export async function stage(cast: Cast): Promise<Stage> {
  const made = await openStage(cast)
  onTestFinished(() => made.end())
  return made
}

function play({ lead, workers = {} }: Cast, turn: Turn): Reply | Promise<Reply> {
  const task = taskOf(turn)
  if (task === undefined) return lead(turn)
  const script = workers[task]
  return script === undefined
    ? fail(400, 'invalid_request_error', `no script for the worker of ${task}`)
    : script(turn)
}

/** A worker is known by what it was told. */
const taskOf = ({ all }: Turn): string | undefined =>
  /You are a background worker\.[^`]*Your task is `([^`]+)`/.exec(all)?.[1]
