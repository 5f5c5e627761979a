/** The real opencode as a worker: a world whose `opencode` on the PATH it is, and the scripted model behind it. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { here, withEnvironment } from '../../runtime/io/processes.ts'
import type { TaskView } from '../../runtime/verbs/status-view.ts'
import { until } from '../support/until.ts'
import { World } from '../support/world.ts'
import { cliBinary } from './install.ts'
import { type ModelServer, startModelServer } from './model-server.ts'
import type { Script } from './script.ts'

/** A provider of the user's own, as opencode's settings have it. */
export const provider = (url: string) => ({
  model: 'mock/test-model',
  small_model: 'mock/test-model',
  provider: {
    mock: {
      npm: '@ai-sdk/openai-compatible',
      options: { baseURL: `${url}/v1`, apiKey: 'dummy' },
      models: {
        'test-model': { limit: { context: 200_000, output: 8000 }, cost: { input: 1000, output: 0 } },
      },
    },
  },
})

/** Five seconds on an idle machine, from the start to the first request alone; five times that on a busy one (ms). */
export const PATIENCE = 120_000

export class OpencodeStage extends World {
  readonly server: ModelServer

  constructor(server: ModelServer, url = server.url) {
    super()
    this.server = server
    symlinkSync(cliBinary('opencode') ?? '', join(this.folder, 'bin', 'opencode'))
    Object.assign(this.env, {
      PATH: `${join(this.folder, 'bin')}:${this.env.PATH}`,
      // It would install a package for plugins at each start.
      npm_config_offline: 'true',
    })
    this.file('home/.config/opencode/opencode.json', JSON.stringify(provider(url)))
    this.limits('retries: 0')
    this.file('home/.gitconfig', '[user]\n\tname = Worker\n\temail = worker@example.com\n')
  }

  limits(limits: string): void {
    this.config(`default: opencode\nlimits: { ${limits} }\n`)
  }

  file(name: string, text: string): void {
    const path = join(this.folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }

  /** A folder with every program of the PATH but one, as on a machine that never had it. */
  without(missing: string): void {
    const folder = join(this.folder, `without-${missing}`)
    mkdirSync(folder)
    const there = new Set([missing])
    for (const from of (this.env.PATH ?? '').split(':').filter((each) => existsSync(each))) {
      for (const name of readdirSync(from).filter((each) => !there.has(each))) {
        there.add(name)
        symlinkSync(join(from, name), join(folder, name))
      }
    }
    this.env.PATH = folder
  }

  /** Waits until the task's worker is over. */
  async over(id: string): Promise<TaskView> {
    let view: TaskView | undefined
    await until(
      async () => {
        view = await this.task(id)
        return !['running', 'asking', 'queued'].includes(view.state)
      },
      () => `it did not end: ${JSON.stringify(view)} ${this.server.exchanges.at(-1)?.turn.last}`,
      PATIENCE,
    )
    return view as TaskView
  }

  /** Waits for the end of an attempt, whatever became of the task afterwards. */
  async exit(id: string, attempt = '001'): Promise<Record<string, unknown> & { reason: string }> {
    const path = this.path(id, 'attempts', attempt, 'exit.yaml')
    await until(() => existsSync(path), `${id} did not end`, PATIENCE)
    return parse(readFileSync(path, 'utf8'))
  }

  launched(id: string, attempt = '001'): Record<string, unknown> {
    return parse(readFileSync(this.path(id, 'attempts', attempt, 'launch.yaml'), 'utf8'))
  }

  /** The command lines of what the worker started, itself included. */
  commands(): string[] {
    return withEnvironment(`DISPATCH_ROOT=${this.root}`).map(({ pid }) => here.commandOf(pid) ?? '')
  }

  /** What git says in a folder. */
  said(cwd: string, ...args: string[]): string {
    return execFileSync('git', args, { cwd, env: this.env, encoding: 'utf8' }).trim()
  }

  override async end(): Promise<void> {
    await super.end()
    await this.server.close()
  }
}

/** @param url where opencode is told that its provider is */
export async function opencodeStage(script: Script, url?: string): Promise<OpencodeStage> {
  const made = new OpencodeStage(await startModelServer(script), url)
  onTestFinished(() => made.end())
  return made
}
