/** The client's own screen, in a tmux of ours: typed into and read as a person would. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { binary, type ClientOptions, clientEnvironment, commonArgs } from './client.ts'

const run = promisify(execFile)

export interface Interactive {
  /** Types text as it is, without Enter. */
  type(text: string): Promise<void>
  /** Puts a text of several lines in, as a paste does, without Enter. */
  paste(text: string): Promise<void>
  /** Types a prompt and sends it. */
  say(prompt: string): Promise<void>
  enter(): Promise<void>
  /** A key by tmux's name: `Escape`, `Up`, `C-c`, `BTab` … */
  key(name: string): Promise<void>
  /** What is on the screen; with `history`, also what has scrolled away. */
  screen(history?: boolean): Promise<string>
  /** Waits until the screen matches; the error carries the last screen. Default 15 s. */
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<string>
  /** The client's process id. */
  pid: number
  /** Closes the terminal, as closing a window does, and waits for the client to go. */
  close(): Promise<void>
}

export interface InteractiveOptions extends ClientOptions {
  columns?: number
  rows?: number
}

/** Starts the client and waits for its prompt. */
export async function openInteractive(options: InteractiveOptions): Promise<Interactive> {
  const environment = clientEnvironment(options)
  seedHome(options.home, options.cwd, environment.ANTHROPIC_API_KEY ?? '')
  const folder = mkdtempSync(join(tmpdir(), 'claude-tty-')) // a socket's path must be short
  const tmux = async (...args: string[]): Promise<string> => {
    const { stdout } = await run('tmux', ['-S', join(folder, 's'), '-f', '/dev/null', ...args])
    return stdout
  }
  const size = ['-x', String(options.columns ?? 140), '-y', String(options.rows ?? 50)]
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  const command = ['env', '-i', ...variables, binary(options.version), ...commonArgs(options)]
  await tmux('new-session', '-d', ...size, '-c', options.cwd, ...command)
  // Keep the last screen of a client that ends at once: it says why.
  await tmux('set-option', '-g', 'remain-on-exit', 'on')
  const pid = Number((await tmux('display-message', '-p', '#{pane_pid}')).trim())

  const screen = (history = false): Promise<string> =>
    tmux('capture-pane', '-p', '-J', ...(history ? ['-S', '-'] : []))

  const session: Interactive = {
    pid,
    screen,
    type: async (text) => void (await tmux('send-keys', '-l', '--', text)),
    paste: async (text) => {
      await tmux('set-buffer', '--', text)
      await tmux('paste-buffer', '-p')
    },
    say: async (prompt) => {
      await session.type(prompt)
      await session.enter()
    },
    // A moment between text and Enter, or the client takes both for one paste and adds a line.
    enter: async () => {
      await sleep(300)
      await tmux('send-keys', 'Enter')
    },
    key: async (name) => void (await tmux('send-keys', name)),
    waitFor: async (pattern, timeoutMs = 15_000) => {
      const deadline = Date.now() + timeoutMs
      for (;;) {
        const shown = await screen(true)
        if (pattern.test(shown)) return shown
        if (Date.now() > deadline) throw new Error(`no ${pattern} within ${timeoutMs} ms on:\n${shown}`)
        await sleep(100)
      }
    },
    close: async () => {
      await tmux('kill-server').catch(() => {}) // already gone
      for (let tries = 0; alive(pid) && tries < 50; tries++) await sleep(100)
      if (alive(pid)) process.kill(pid, 'SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
  try {
    await session.waitFor(/^\s*[│|]?\s*[❯>]/m, 30_000)
  } catch (error) {
    await session.close()
    throw error
  }
  return session
}

/** Answers in advance what a first start would ask: onboarding, trust in the folder, use of the API key. */
function seedHome(home: string, cwd: string, apiKey: string): void {
  mkdirSync(home, { recursive: true })
  const path = join(home, '.claude.json')
  const state = readState(path)
  const projects = (state.projects ?? {}) as Record<string, object>
  const folder = realpathSync(cwd)
  projects[folder] = {
    ...projects[folder],
    hasTrustDialogAccepted: true,
    hasCompletedProjectOnboarding: true,
  }
  const seeded = {
    ...state,
    projects,
    hasCompletedOnboarding: true,
    theme: 'dark',
    bypassPermissionsModeAccepted: true,
    // The client compares the key's last 20 characters.
    customApiKeyResponses: { approved: [apiKey.slice(-20)], rejected: [] },
  }
  writeFileSync(path, `${JSON.stringify(seeded, null, 2)}\n`)
}

function readState(path: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}
