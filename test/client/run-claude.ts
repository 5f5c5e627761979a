/** Runs the real client: one headless turn here, an interactive session in `interactive.ts`. */
import { spawn } from 'node:child_process'
import { binary, type ClientOptions, clientEnvironment, commonArgs } from './client.ts'

export { type Interactive, openInteractive } from './interactive.ts'

export interface HeadlessOptions extends ClientOptions {
  /** Goes to standard input. */
  prompt: string
  /** The client's whole group is killed after this; default 60 s. */
  timeoutMs?: number
}

/** One line of stream-json; the fields differ by type, so a test reads what it needs. */
export interface StreamEvent {
  type: string
  subtype?: string
  session_id?: string
  // biome-ignore lint/suspicious/noExplicitAny: the vendor's shapes, read by tests only
  [key: string]: any
}

export interface HeadlessResult {
  events: StreamEvent[]
  /** The last `result` event. */
  result: StreamEvent | undefined
  stdout: string
  stderr: string
  /** null when a signal ended it, which is a failure. */
  code: number | null
  signal: NodeJS.Signals | null
  timedOut: boolean
}

/** Runs `claude -p` with stream-json to its end. */
export function runHeadless(options: HeadlessOptions): Promise<HeadlessResult> {
  const args = ['-p', '--output-format', 'stream-json', '--verbose', ...commonArgs(options)]
  return new Promise((resolve, reject) => {
    const child = spawn(binary(options.version), args, {
      cwd: options.cwd,
      env: clientEnvironment(options),
      stdio: 'pipe',
      detached: true,
    })
    let stdout = ''
    let stderr = ''
    let timedOut = false
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk
    })
    const timer = setTimeout(() => {
      timedOut = true
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    }, options.timeoutMs ?? 60_000)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      const events = parseEvents(stdout)
      const result = events.findLast((event) => event.type === 'result')
      resolve({ events, result, stdout, stderr, code, signal, timedOut })
    })
    child.stdin.on('error', () => {}) // a client that refuses to start has closed its end: `code` tells
    child.stdin.end(options.prompt)
  })
}

/** Tool results of a run, as the model saw them, in order. */
export function toolResults(events: StreamEvent[]): { text: string; isError: boolean }[] {
  return events
    .filter((event) => event.type === 'user' && Array.isArray(event.message?.content))
    .flatMap((event) => event.message.content as Record<string, unknown>[])
    .filter((block) => block.type === 'tool_result')
    .map((block) => ({
      text: typeof block.content === 'string' ? block.content : JSON.stringify(block.content),
      isError: block.is_error === true,
    }))
}

function parseEvents(stdout: string): StreamEvent[] {
  return stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as StreamEvent] : []))
}
