/**
 * From a question to the lead's line, and from the answer to the worker's next line, each through the real verbs;
 * against shells that look every three seconds.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { World } from '../test/support/world.ts'
import { percentile } from './measure.ts'
import { atMost, ms, type Row } from './table.ts'

const ROUNDS = Number(process.env.BENCH_N) || 200
const POLLING = Math.min(ROUNDS, 60)
/** Seconds. */
const POLL = 3
const LIMIT = 250
/** Questions of one task: nobody asks two hundred. */
const EACH = 20

export async function latency(): Promise<Row[]> {
  const world = new World()
  try {
    world.worker('sleeper', 'exec sleep 100000')
    const { told, heard } = await questions(world)
    const polled = await polling(world)
    const beside = `polling every ${POLL} s: ${both(polled)} (${POLLING} loops side by side)`
    return [
      row('question to the line of `watch`', told, beside),
      row('answer to the line of `ask`', heard, beside),
    ]
  } finally {
    await world.end()
  }
}

const both = (samples: number[]) =>
  `p50 ${ms(percentile(samples, 0.5))}, p99 ${ms(percentile(samples, 0.99))}`

const row = (what: string, samples: number[], beside: string): Row => ({
  what,
  measured: `${both(samples)} (n ${samples.length})`,
  beside,
  target: atMost(LIMIT, ' ms p99', percentile(samples, 0.99)),
})

/** A file's time is that of its last byte, just before it became visible; the kernel's clock ticks every 4 ms. */
const appeared = (path: string) => statSync(path).mtimeMs
const now = () => performance.timeOrigin + performance.now()

async function questions(world: World): Promise<{ told: number[]; heard: number[] }> {
  const told: number[] = []
  const heard: number[] = []
  const watch = lines(world, ['watch'])
  for (let n = 0; n < ROUNDS; n++) {
    const id = `asker-${Math.floor(n / EACH) + 1}`
    if (n % EACH === 0) await world.start(id, 'sleeper')
    const number = String((n % EACH) + 1).padStart(3, '0')
    const worker = lines(world, ['ask', `Question ${n}?`], {
      DISPATCH_ROOT: world.root,
      DISPATCH_TASK: id,
      DISPATCH_ATTEMPT: '001',
    })
    const shown = await watch.line(`${id} asks ${number}`)
    told.push(shown - appeared(world.path(id, 'ipc', `${number}.question`)))
    const answering = world.ok(['answer', id, number, `Answer ${n}`])
    const continued = await worker.line(`Answer ${n}`)
    heard.push(continued - appeared(world.path(id, 'ipc', `${number}.answer`)))
    await answering
  }
  watch.end()
  return { told, heard }
}

interface Listening {
  /** When the text was read from what the program prints. */
  line(text: string): Promise<number>
  end(): void
}

/** A running verb, and when it printed what. */
function lines(world: World, words: string[], env: Record<string, string> = {}): Listening {
  const child = spawn(join(import.meta.dirname, '../bin/dispatch'), words, {
    cwd: world.repo,
    env: { ...world.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const printed: { text: string; at: number }[] = []
  let look = () => {}
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed.push({ text, at: now() })
    look()
  })
  return {
    line: (text) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`"${text}" was not printed by ${words[0]}`)), 20_000)
        look = () => {
          const found = printed.find((piece) => piece.text.includes(text))
          if (found === undefined) return
          clearTimeout(timer)
          resolve(found.at)
        }
        look()
      }),
    end: () => void child.kill(),
  }
}

/** Real shells that wait as a worker without events has to; each is answered at a moment of its own. */
function polling(world: World): Promise<number[]> {
  const folder = join(world.folder, 'polling')
  mkdirSync(folder)
  return Promise.all(
    Array.from({ length: POLLING }, async (_, n) => {
      const answer = join(folder, `${n}.answer`)
      const loop = `while [ ! -f '${answer}' ]; do sleep ${POLL}; done; cat '${answer}'`
      const shell = world.process(['sh', '-c', loop])
      await sleep(1000 + (n * POLL * 1000) / POLLING)
      writeFileSync(`${answer}.tmp`, 'The answer\n')
      renameSync(`${answer}.tmp`, answer)
      await shell.ended
      return now() - appeared(answer)
    }),
  )
}
