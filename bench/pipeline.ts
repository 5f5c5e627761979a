/**
 * What the engine of a run costs: `next` on a spec of a thousand tasks against bare node; RED and GREEN against running
 * the same tests twice; the merge of five thousand findings.
 */
import { merge, type ReviewerReport } from '../runtime/review/merge.ts'
import { GATES, SEVERITIES } from '../runtime/review/report.ts'
import { implementer, nodeProject, Play, tester } from '../test/support/play.ts'
import { DISPATCH, World } from '../test/support/world.ts'
import { inTurns, median } from './measure.ts'
import { atMost, ms, type Row, times } from './table.ts'

const ROUNDS = Number(process.env.BENCH_N) || 11

export async function pipeline(): Promise<Row[]> {
  return [await next(), await redGreen(), merging()]
}

async function next(): Promise<Row> {
  const world = new World()
  try {
    const play = new Play(world)
    nodeProject(play)
    play.spec(
      Array.from({ length: 1000 }, (_, n) => ({
        id: `T${String(n + 1).padStart(4, '0')}`,
        content: `Add part ${n + 1}, with what it needs`,
        file: `src/part-${n + 1}.js`,
        ...(n >= 4 ? { depends_on: [`T${String(n - 3).padStart(4, '0')}`] } : {}),
      })),
    )
    await play.step(['run'])
    const taken = inTurns(ROUNDS, world.repo, {
      bare: { argv: [process.execPath, '-e', '0'], env: world.env },
      next: { argv: [DISPATCH, 'next'], env: world.env },
    })
    const [bare, ours] = [median(taken.bare.wall), median(taken.next.wall)]
    return {
      what: 'next, a spec of 1,000 tasks',
      measured: `${ms(ours)}, ${times(ours / bare)} bare node`,
      beside: `node ${ms(bare)} (n ${ROUNDS})`,
    }
  } finally {
    await world.end()
  }
}

/** Seconds that each test sleeps: what a test of a real project takes. */
const SLOW = 2

async function redGreen(): Promise<Row> {
  const ours: number[] = []
  const twice: number[] = []
  for (let round = 0; round < Math.min(3, ROUNDS); round++) {
    const world = new World()
    try {
      const play = new Play(world)
      nodeProject(play)
      // The unit is there and wrong, so that the red run takes as long as the green one.
      play.write('src/one.js', 'export const one = () => 0\n')
      play.spec([{ id: 'T001', content: 'Add one', file: 'src/one.js' }])
      await play.step(['run'])
      const slow = (text: string) =>
        text
          .replace(
            "test('one is 1', () =>",
            `test('one is 1', async () => { await new Promise((go) => setTimeout(go, ${SLOW * 1000}));`,
          )
          .replace(/1\)\)\n$/, '1) })\n')
      const red = tester('one', 1)
      const path = 'test/one.test.js'
      const submit = async (attempt: string, act: ReturnType<typeof tester>) => {
        await world.ok(['brief', attempt])
        for (const [file, text] of Object.entries(act.files ?? {}))
          play.write(file, file === path ? slow(text) : text)
        const begun = performance.now()
        await play.submit(attempt, act.report)
        return performance.now() - begun
      }
      const first = await submit('T001-red-1', red)
      await play.step(['next'])
      ours.push(first + (await submit('T001-green-1', implementer('one', 1))))
      const bare = inTurns(2, world.repo, {
        tests: { argv: [process.execPath, '--test', path], env: world.env },
      })
      twice.push((bare.tests.wall[0] ?? 0) + (bare.tests.wall[1] ?? 0))
    } finally {
      await world.end()
    }
  }
  const ratio = median(ours) / median(twice)
  return {
    what: `RED and GREEN of a test of ${SLOW} s, against running it twice`,
    measured: times(ratio),
    beside: `${ms(median(twice))} twice`,
    target: atMost(1.15, ' x', ratio),
  }
}

const WORDS =
  'token cache login order price retry lock index query upload session header limit worker queue'.split(' ')

/** Deterministic: what is merged is the same in every run. */
function findings(reviewer: string, count: number): ReviewerReport {
  const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T
  return {
    reviewer,
    batch: 1,
    gates: {},
    strengths: [],
    issues: Array.from({ length: count }, (_, n) => ({
      task: `T${n % 40}`,
      severity: pick(SEVERITIES, n),
      gate: pick(GATES, n * 7),
      location: `src/${pick(WORDS, n)}/${pick(WORDS, n * 3)}.ts:${1 + ((n * 13) % 400)}`,
      description: `The ${pick(WORDS, n * 5)} of ${pick(WORDS, n * 11)} ${n % 97} is not checked before ${pick(WORDS, n * 17)} uses it`,
      suggestion: undefined,
    })),
  }
}

function merging(): Row {
  const reports = ['claude', 'codex', 'gemini', 'opencode', 'cursor'].map((name) => findings(name, 1000))
  const taken = Array.from({ length: Math.min(5, ROUNDS) }, () => {
    const begun = performance.now()
    merge(reports)
    return performance.now() - begun
  })
  return { what: 'merge of 5,000 findings of five reviewers', measured: ms(median(taken)) }
}
