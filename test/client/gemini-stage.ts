/** The real Gemini CLI as a worker: a world whose `gemini` on the PATH it is, and the scripted model behind it. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { here, withEnvironment } from '../../runtime/io/processes.ts'
import type { TaskView } from '../../runtime/verbs/status-view.ts'
import { until } from '../support/until.ts'
import { World } from '../support/world.ts'
import { cliBinary } from './install.ts'
import { type ModelServer, startModelServer } from './model-server.ts'
import type { Reply, Script } from './script.ts'

/** Nothing goes to its makers, and it looks for no newer version of itself. */
const QUIET = {
  privacy: { usageStatisticsEnabled: false },
  general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
  // With a server of one's own it takes the key for that of a gateway unless it is told otherwise.
  security: { auth: { selectedType: 'gemini-api-key' } },
}

const merged = (settings: { general?: object; security?: object }) => ({
  ...QUIET,
  ...settings,
  general: { ...QUIET.general, ...settings.general },
  security: { ...QUIET.security, ...settings.security },
})

/** Puts the real Gemini CLI into a world, with its settings and the scripted model behind it. */
export function installGemini(
  world: World,
  server: Pick<ModelServer, 'url'>,
  settings: { general?: object; security?: object } = {},
): void {
  symlinkSync(cliBinary('gemini') ?? '', join(world.folder, 'bin', 'gemini'))
  Object.assign(world.env, {
    PATH: `${join(world.folder, 'bin')}:${world.env.PATH}`,
    GEMINI_API_KEY: 'dummy',
    GOOGLE_GEMINI_BASE_URL: server.url,
  })
  mkdirSync(join(world.home, '.gemini'))
  writeFileSync(join(world.home, '.gemini/settings.json'), JSON.stringify(merged(settings)))
}

export class GeminiStage extends World {
  readonly server: ModelServer

  constructor(server: ModelServer, settings: { general?: object; security?: object }) {
    super()
    this.server = server
    installGemini(this, server, settings)
    this.config('default: gemini\n')
    this.file('home/.gitconfig', '[user]\n\tname = Wörker\n\temail = worker@example.com\n')
  }

  file(name: string, text: string): void {
    const path = join(this.folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }

  /** As on a machine whose kernel has no namespaces for users. */
  withoutBubblewrap(): void {
    this.file('bin/bwrap', '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n')
    chmodSync(join(this.folder, 'bin/bwrap'), 0o755)
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
      60_000,
    )
    return view as TaskView
  }

  /** How an attempt of the probe ended, whatever became of the task afterwards. */
  async ended(attempt = '001') {
    const path = this.path('probe', 'attempts', attempt, 'exit.yaml')
    await until(() => existsSync(path), `attempt ${attempt} did not end`, 60_000)
    return parse(readFileSync(path, 'utf8'))
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

/** An error as Google's API gives it. */
export const google = (code: number, status: string, message: string, ...details: object[]): Reply => ({
  kind: 'error',
  status: code,
  body: { error: { code, message, status, ...(details.length === 0 ? {} : { details }) } },
})

export async function geminiStage(
  script: Script,
  settings: { general?: object; security?: object } = {},
): Promise<GeminiStage> {
  const made = new GeminiStage(await startModelServer(script), settings)
  onTestFinished(() => made.end())
  return made
}
