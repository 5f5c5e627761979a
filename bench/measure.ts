/** Timing commands against each other in one run, so that what else the machine does falls on all of them. */
import { spawnSync } from 'node:child_process'

export interface Case {
  argv: string[]
  env?: Record<string, string> | undefined
  input?: string | undefined
  /** Runs before each call, unmeasured. */
  prepare?: (() => void) | undefined
  /** Takes part only in every so many rounds. */
  every?: number
}

/** Milliseconds. */
export interface Times {
  wall: number[]
  /** Of the processor, children included: what a busy machine does not blur. */
  cpu: number[]
}

/** Each case in turn: A B C, A B C, … @throws when one fails: it would measure nothing */
export function inTurns<Name extends string>(
  rounds: number,
  cwd: string,
  cases: Record<Name, Case>,
): Record<Name, Times> {
  const names = Object.keys(cases) as Name[]
  const times = Object.fromEntries(names.map((name) => [name, none()])) as Record<Name, Times>
  for (let round = 0; round < rounds; round++)
    for (const name of names) {
      if (round % (cases[name].every ?? 1) !== 0) continue
      const { wall, cpu } = once(cases[name], cwd)
      times[name].wall.push(wall)
      times[name].cpu.push(cpu)
    }
  return times
}

const none = (): Times => ({ wall: [], cpu: [] })

/**
 * Timed by bash, from within: its own start does not count, and it knows what the command used of the processor. The
 * clock tells microseconds; `time` would round to what is a twentieth of bare node.
 */
const TIMED =
  'exec 4>&2; TIMEFORMAT="%3U %3S"; s=$EPOCHREALTIME; { time "$@" 2>&4 3>&- 4>&-; } 2>&3; code=$?; e=$EPOCHREALTIME; echo "$s $e" >&3; exit $code'

function once({ argv, env, input, prepare }: Case, cwd: string): { wall: number; cpu: number } {
  prepare?.()
  const { status, signal, stderr, output } = spawnSync('bash', ['-c', TIMED, 'bench', ...argv], {
    cwd,
    env: { ...(env ?? process.env), LC_ALL: 'C' },
    input: input ?? '',
    // Its output goes into a pipe, as with Claude Code; the third one is for bash.
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status ?? signal}: ${stderr}`)
  const [user = Number.NaN, system = Number.NaN, begun = Number.NaN, ended = Number.NaN] = (output[3] ?? '')
    .trim()
    .split(/\s+/)
    .map(Number)
  return { wall: (ended - begun) * 1000, cpu: (user + system) * 1000 }
}

/** The value below which this part of the samples lies (nearest rank). */
export function percentile(samples: number[], part: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN
}

export const median = (samples: number[]) => percentile(samples, 0.5)
