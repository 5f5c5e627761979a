/** How long `start` keeps its caller: a command worker, in the repository and in a worktree, and many at once. */
import { DISPATCH, World } from '../test/support/world.ts'
import { inTurns, median, percentile } from './measure.ts'
import { ms, type Row, times } from './table.ts'

const ROUNDS = Number(process.env.BENCH_N) || 11
const AT_ONCE = 32
const PLAN = '# Sleep\n- [ ] Sleep\n'

export async function start(): Promise<Row[]> {
  const world = new World()
  try {
    world.worker('sleeper', 'exec sleep 100000')
    return [...oneByOne(world), await together(world)]
  } finally {
    await world.end()
  }
}

function oneByOne(world: World): Row[] {
  const starting = (prefix: string, ...flags: string[]) => {
    const argv = [DISPATCH, 'start', '', '--model', 'sleeper', ...flags]
    let n = 0
    const prepare = () => {
      argv[2] = `${prefix}-${++n}`
    }
    return { argv, env: world.env, input: PLAN, prepare }
  }
  const taken = inTurns(ROUNDS, world.repo, {
    node: { argv: [process.execPath, '-e', '0'], env: world.env },
    start: starting('plain'),
    worktree: starting('tree', '--worktree'),
  })
  const node = median(taken.node.wall)
  const row = (what: string, { wall }: { wall: number[] }): Row => ({
    what,
    measured: `${ms(median(wall))}, ${times(median(wall) / node)} bare node; slowest ${ms(Math.max(...wall))}`,
    beside: `node ${ms(node)} (n ${ROUNDS})`,
    // "well under a second"
    target: { text: 'well under 1 s', met: median(wall) < 700 },
  })
  return [row('start', taken.start), row('start --worktree', taken.worktree)]
}

async function together(world: World): Promise<Row> {
  const begun = performance.now()
  const each = await Promise.all(
    Array.from({ length: AT_ONCE }, async (_, n) => {
      await world.start(`crowd-${n + 1}`, 'sleeper')
      return performance.now() - begun
    }),
  )
  const running = (await world.tasks()).filter(
    ({ id, state }) => id.startsWith('crowd-') && state === 'running',
  )
  return {
    what: `${AT_ONCE} starts at once`,
    measured: `all after ${ms(Math.max(...each))}, the median one after ${ms(percentile(each, 0.5))}`,
    beside: `${running.length} of ${AT_ONCE} run`,
  }
}
