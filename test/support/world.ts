/**
 * A world of its own for one test: a home, a repository with one commit, and `dispatch` as users run it. Whatever is
 * started in it carries its marker, so that at its end nothing is left, and a test that leaves something fails.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'
import { here, type Identity, withEnvironment } from '../../runtime/io/processes.ts'
import type { TaskView } from '../../runtime/verbs/status-view.ts'
import { type Ended, type Running, running } from './running.ts'
import { until } from './until.ts'

/** The plugin under test: this repository. */
export const PLUGIN = fileURLToPath(new URL('../..', import.meta.url))
export const DISPATCH = join(PLUGIN, 'bin/dispatch')

/** Passed on to everything, unlike our own DISPATCH_MARK: supervisors and verbs are found by it, too. */
const MARK = 'TEST_WORLD'

export interface CallOptions {
  input?: string | Uint8Array
  env?: Record<string, string>
  cwd?: string
}

export class World {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'world-')))
  readonly home = join(this.folder, 'home')
  readonly repo = join(this.folder, 'repo')
  /** DISPATCH_HOME */
  readonly state = join(this.home, '.dispatch')
  /** `<repo>/.dispatch` */
  readonly root = join(this.repo, '.dispatch')
  readonly env: Record<string, string> = {
    PATH: `${this.folder}/path:${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
    HOME: this.home,
    DISPATCH_HOME: this.state,
    GIT_CONFIG_NOSYSTEM: '1',
    [MARK]: this.folder,
  }
  private readonly workers = new Map<string, string>()
  private readonly started: Running[] = []

  constructor() {
    for (const folder of [this.state, this.repo, join(this.folder, 'bin'), join(this.folder, 'path')])
      mkdirSync(folder, { recursive: true })
    this.git('init', '-q', '-b', 'main')
    this.git('commit', '-q', '--allow-empty', '-m', 'Begin')
  }

  git(...args: string[]): string {
    const as = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
    return execFileSync('git', [...as, ...args], { cwd: this.repo, env: this.env, encoding: 'utf8' })
  }

  /** Starts `dispatch` with these words; `.ended` waits for it, `.kill` ends it. */
  spawn(words: string[], options: CallOptions = {}): Running {
    return this.process([DISPATCH, ...words], options)
  }

  /** Starts any program in this world. */
  process(argv: string[], { input = '', env = {}, cwd = this.repo }: CallOptions = {}): Running {
    const process = running(argv, { input, cwd, env: { ...this.env, ...env } })
    this.started.push(process)
    return process
  }

  dispatch(words: string[], options?: CallOptions): Promise<Ended> {
    return this.spawn(words, options).ended
  }

  /** The same, for a call that must succeed; its stdout. */
  async ok(words: string[], options?: CallOptions): Promise<string> {
    const { code, stdout, stderr } = await this.dispatch(words, options)
    if (code !== 0) throw new Error(`dispatch ${words.join(' ')} exited with ${code}\n${stdout}${stderr}`)
    return stdout
  }

  /** `start`, with as many items as the list has. */
  start(id: string, model: string, items: string[] = ['One'], flags: string[] = []): Promise<string> {
    const plan = `# ${id}\n\n${items.map((item) => `- [ ] ${item}\n`).join('')}`
    return this.ok(['start', id, '--model', model, ...flags], { input: plan })
  }

  /** A model of that name that runs this shell script; `$WORLD` is the world's folder. */
  worker(name: string, script: string): void {
    const path = join(this.folder, 'bin', name)
    writeFileSync(path, `#!/bin/sh\nWORLD='${this.folder}'\n${script}\n`)
    chmodSync(path, 0o755)
    this.workers.set(name, path)
    this.config()
  }

  /** config.yaml: the workers, and further top-level keys. */
  config(more = ''): void {
    const backends = [...this.workers].map(([name, path]) => `  ${name}: { command: ['${path}'] }\n`).join('')
    writeFileSync(join(this.state, 'config.yaml'), `${backends && `backends:\n${backends}`}${more}`)
  }

  async tasks(options?: CallOptions): Promise<TaskView[]> {
    return JSON.parse(await this.ok(['status', '--json'], options)).tasks
  }

  /**
   * The same, which must take less than a second: on a machine that has nothing else to do. A bare node takes 40 ms
   * there, so that a busy one is given as much more.
   */
  async tasksAtOnce(): Promise<TaskView[]> {
    const begin = performance.now()
    execFileSync(process.execPath, ['-e', '0'])
    const started = performance.now()
    const tasks = await this.tasks()
    expect(performance.now() - started).toBeLessThan(1000 * Math.max(1, (started - begin) / 40))
    return tasks
  }

  async task(id: string): Promise<TaskView> {
    const [task] = JSON.parse(await this.ok(['status', id, '--json'])).tasks
    return task
  }

  /** A path in the folder of a task. */
  path(id: string, ...names: string[]): string {
    return join(this.root, 'tasks', id, ...names)
  }

  /** From now on `dispatch <verb>` gets nowhere: it sleeps, so that it can be killed before it did anything. */
  hold(verb: string): void {
    const path = join(this.folder, 'path', 'node')
    writeFileSync(path, `#!/bin/sh\n[ "$2" = ${verb} ] && exec sleep 600\nexec '${process.execPath}' "$@"\n`)
    chmodSync(path, 0o755)
  }

  /** What was held goes its way again, when it is called anew. */
  release(): void {
    rmSync(join(this.folder, 'path', 'node'), { force: true })
  }

  /** The lock of a task as somebody left it at that time, who was killed. */
  lock(id: string, at: Date): void {
    const path = join(this.root, 'locks', `${id}.lock`)
    mkdirSync(path, { recursive: true })
    utimesSync(path, at, at)
  }

  /** A file of the world itself, outside the repository. */
  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text)
  }

  /** A file in the folder of a task, as an editor or a worker leaves it. */
  leave(id: string, name: string, text: string | Uint8Array): void {
    writeFileSync(this.path(id, name), text)
  }

  /** What runs of everything that was started in this world. */
  left(): Identity[] {
    return withEnvironment(`${MARK}=${this.folder}`)
  }

  /** Stops all tasks, then removes everything. @throws when something is still running that nobody knows of */
  async end(): Promise<void> {
    try {
      await this.dispatch(['stop', '--all'])
      for (const { pid } of this.started) kill(pid)
      await Promise.all(this.started.map(({ ended }) => ended))
      const names = () => this.left().map(({ pid }) => `${pid} ${here.commandOf(pid)}`)
      await until(
        () => names().length === 0,
        () => `left running in ${this.folder}:\n${names().join('\n')}`,
      )
    } finally {
      for (const { pid } of this.left()) kill(pid)
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}

/** Signals a group. @throws for no process at all, which to the system means our own group */
export function killGroup(pid: number | null, signal: NodeJS.Signals): void {
  if (pid === null || pid < 2) throw new Error(`there is no process ${pid} to be ended`)
  process.kill(-pid, signal)
}

/** Ends a process at once; fine when it is gone already. */
export function kill(pid: number): void {
  if (pid < 2) throw new Error(`there is no process ${pid} to be ended`)
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** A world that ends with the test that calls this. */
export function world(): World {
  const made = new World()
  onTestFinished(() => made.end())
  return made
}
