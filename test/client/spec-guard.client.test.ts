/** The fence around a run, on the real client: who takes a brief is held to its part, and everybody else is not. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Stage as Run, runStage } from '../support/run-stage.ts'
import { claudeBinary, VERSIONS } from './install.ts'
import { bash, call, type Reply, say, sequence, use } from './script.ts'
import { type Stage, stage } from './stage.ts'

const TEST = `import { test } from 'node:test'
import assert from 'node:assert'
import { get } from '../src/cache.js'
test('an unknown key has no value', () => assert.equal(get('a'), undefined))
`
const REPORT = `dispatch submit T1-red-1 <<'REPORT'
tester_report:
  status: success
  test_files:
    - path: test/cache.test.js
      tests: ["an unknown key has no value"]
REPORT`

const spawn = (attempt: string): Reply =>
  call(
    use('Agent', {
      description: attempt,
      subagent_type: 'dispatch:task-tester',
      model: 'opus',
      prompt: `Run \`dispatch brief ${attempt}\` and do what it says.`,
      run_in_background: false,
    }),
  )

/** What a subagent, or the lead, was told after each of its calls. */
const told = (play: Stage, isAgent: boolean) =>
  play.server.exchanges
    .filter(({ turn }) => (turn.agent !== undefined) === isAgent)
    .map(({ turn }) => turn.last)

const FREE = ['--permission-mode', 'bypassPermissions']

describe.for(VERSIONS)('claude %s', (version) => {
  const it = test.skipIf(claudeBinary(version) === undefined)
  const played = async (lead: Parameters<typeof stage>[0]['lead']): Promise<[Stage, Run]> => {
    const play = await stage({ version, lead })
    return [play, await runStage(play)]
  }

  it('holds a tester to tests, sends it back once, and keeps what it handed in', async () => {
    const write = (play: Stage, path: string, content: string) =>
      call(use('Write', { file_path: join(play.repo, path), content }))
    const [play, run] = await played((turn) =>
      turn.agent === undefined
        ? sequence(
            spawn('T1-red-1'),
            // Else the older client refuses by itself.
            call(use('Read', { file_path: join(play.repo, 'test/cache.test.js') })),
            write(play, 'test/cache.test.js', '// easier'),
            bash('git add -A && git commit -q -m "Mine"'),
            say('That is all.'),
          )(turn)
        : sequence(
            bash('dispatch brief T1-red-1'),
            write(play, 'src/cache.js', 'export const get = () => undefined'),
            write(play, 'test/cache.test.js', TEST),
            bash('git commit -qam "Mine"'),
            say('I am done.'),
            bash(REPORT, { timeout: 110_000 }),
            say('T1-red-1 accepted.'),
          )(turn),
    )
    run.spawn('T1-red-1')
    const before = play.git('rev-parse', 'HEAD')
    const { result } = await play.headless('Go on.', FREE, 110_000)
    expect(result?.result).toBe('That is all.')

    const [, brief = '', product = '', , commit = '', bounce = '', accepted = ''] = told(play, true)
    expect(brief).toContain('Brief of T1-red-1')
    expect(product).toMatch(
      /dispatch: src\/cache\.js is product code, which the implementer writes after you/,
    )
    expect(commit).toMatch(/`git commit` is not for T1-red-1.*dispatch submit T1-red-1/)
    expect(bounce).toMatch(/T1-red-1 has no accepted submission yet\. Run `dispatch submit T1-red-1`/)
    expect(accepted).toContain('T1-red-1 accepted')
    const [, , , frozen = '', committed = ''] = told(play, false)
    expect(frozen).toMatch(/test\/cache\.test\.js is frozen.*dispatch next/)
    expect(committed).toMatch(/`git commit` is not yours while the run cache is active/)

    expect(play.git('rev-parse', 'HEAD')).toBe(before)
    expect(existsSync(join(play.repo, 'src/cache.js'))).toBe(false)
    expect(readFileSync(join(play.repo, 'test/cache.test.js'), 'utf8')).toBe(TEST)
    const agent = play.server.exchanges.find(({ turn }) => turn.agent !== undefined)?.turn.agent
    expect(JSON.parse(readFileSync(run.attempt('T1-red-1').agent, 'utf8'))).toMatchObject({ agent })
    expect(readdirSync(run.attempt('T1-red-1').bounces)).toEqual(['001.yaml'])
  })

  it('lets an agent go that was sent back twice, and notes it', async () => {
    const [play, run] = await played((turn) =>
      turn.agent === undefined
        ? sequence(spawn('T1-red-1'), say('That is all.'))(turn)
        : sequence(bash('dispatch brief T1-red-1'), say('No.'), say('No!'), say('Never.'))(turn),
    )
    run.spawn('T1-red-1')
    await play.headless('Go on.', FREE)
    expect(readdirSync(run.attempt('T1-red-1').bounces)).toHaveLength(3)
    expect(told(play, true)).toHaveLength(4)
  })

  it('does not touch a session that has no part in it', async () => {
    const [play] = await played(
      sequence(
        bash(
          'echo x > mine.txt && git add mine.txt && git -c user.name=T -c user.email=t@e.com commit -q -m "Mine"',
        ),
        say('Done.'),
      ),
    )
    await play.headless('Commit it.', FREE)
    expect(play.git('log', '-1', '--format=%s').trim()).toBe('Mine')
  })

  it('is closed to those who work for a run that cannot be read', async () => {
    const [play, run] = await played((turn) =>
      turn.agent === undefined
        ? sequence(
            spawn('T1-red-1'),
            bash(`printf '{' > .dispatch/runs/cache/plans/001.yaml`),
            call(use('Write', { file_path: join(play.repo, 'any.txt'), content: 'x' })),
            say('That is all.'),
          )(turn)
        : sequence(bash('dispatch brief T1-red-1'))(turn),
    )
    run.spawn('T1-red-1')
    await play.headless('Go on.', FREE)
    expect(told(play, false).at(-1)).toMatch(/the guard of the run cache cannot tell[\s\S]*001\.yaml/)
    expect(existsSync(join(play.repo, 'any.txt'))).toBe(false)
  })
})
