/** The guard with real files: what it reads and writes below the state root, and what it does where that is broken. */
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openRoot } from '../task/root.ts'
import { guard } from './hook-guard.ts'

let folder: string
let repo: string
let root: string
const NOW = new Date('2026-01-02T03:04:05.678Z')

beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'guard-')))
  repo = join(folder, 'repo')
  root = join(repo, '.dispatch')
  mkdirSync(join(repo, 'src'), { recursive: true })
  execFileSync('git', ['init', '-q'], { cwd: repo })
  await openRoot(join(folder, 'home'), root)
  put('active-runs/cache', `${repo}\n`)
  put('runs/cache/run.yaml', { name: 'cache', session: 'lead' })
  put('runs/cache/plans/001.yaml', {
    tasks: [{ id: 'T001', content: 'c', activeForm: 'c', files: ['src/cache.ts'], testHints: [] }],
    batches: [{ number: 1, tasks: ['T001'] }],
  })
  put('runs/cache/batch-01/base.yaml', { commit: 'c', tree: 't', at: '' })
  spawn('T001-red-1')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function put(path: string, content: unknown): void {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
}
const spawn = (attempt: string) => put(`runs/cache/batch-01/${attempt}/spawn.yaml`, { why: [], at: '' })
const accept = (attempt: string, frozen: string[] = []) =>
  put(
    `runs/cache/batch-01/${attempt}/accepted.yaml`,
    // As it is written: block style, with comments possible.
    `kind: tester_report\nevidence:\n  tests: []\n  frozen:\n${frozen.map((path) => `    - path: ${path}\n      hash: x\n`).join('') || '    []\n'}`,
  )

type Asked = { session?: string; agent?: string; [key: string]: unknown }
function ask({ session = 'lead', agent, ...more }: Asked, cwd = repo) {
  const env = { DISPATCH_HOME: join(folder, 'home') }
  const io = { env, cwd, stdout: () => {}, stderr: () => {}, stdin: () => undefined }
  return guard({ session_id: session, ...(agent && { agent_id: agent }), cwd, ...more }, io, NOW)
}
const shell = (command: string, who: Asked = {}) =>
  ask({ hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command }, ...who })
const edit = (path: string, who: Asked = {}, tool = 'Edit') =>
  ask({
    hook_event_name: 'PreToolUse',
    tool_name: tool,
    tool_input: { [tool === 'NotebookEdit' ? 'notebook_path' : 'file_path']: join(repo, path) },
    ...who,
  })
const end = (who: Asked, active = false) =>
  ask({ hook_event_name: 'SubagentStop', stop_hook_active: active, ...who })
const take = (attempt: string, agent: string) => shell(`dispatch brief ${attempt}`, { agent })

const denied = (why: RegExp) => ({
  output: {
    hookSpecificOutput: expect.objectContaining({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringMatching(why),
    }),
  },
})
const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'))

describe('a brief', () => {
  test('binds the agent, once', () => {
    expect(take('T001-red-1', 'a1')).toEqual({})
    expect(read('runs/cache/batch-01/T001-red-1/agent.yaml')).toEqual({
      session: 'lead',
      agent: 'a1',
      at: '2026-01-02T03:04:05.678Z',
    })
    expect(take('T001-red-1', 'a1')).toEqual({})
    expect(take('T001-red-1', 'a2')).toEqual(denied(/T001-red-1 was taken by another agent/))
    expect(shell('dispatch brief T001-red-1', { session: 's2' })).toEqual(denied(/was taken/))
    expect(readdirSync(join(root, 'runs/cache/sessions/lead'))).toEqual(['a1@T001-red-1'])
  })

  test('of which only half was noted is noted wholly', () => {
    put('runs/cache/batch-01/T001-red-1/agent.yaml', { session: 'lead', agent: 'a1', at: '' })
    expect(edit('src/cache.ts', { agent: 'a1' })).toEqual({})
    take('T001-red-1', 'a1')
    expect(edit('src/cache.ts', { agent: 'a1' })).toEqual(denied(/product code/))
  })

  test('of no attempt, or of one that is over, binds nobody', () => {
    accept('T001-red-1')
    for (const id of ['T001-red-1', 'T002-red-1', '../../x', 'T001-red-1/..', '']) take(id, 'a1')
    expect(existsSync(join(root, 'runs/cache/sessions'))).toBe(false)
  })
})

describe('an edit', () => {
  beforeEach(() => {
    take('T001-red-1', 'a1')
    accept('T001-red-1', ['src/cache.test.ts'])
    spawn('T001-green-1')
    take('T001-green-1', 'a2')
  })

  test.each(['Edit', 'Write', 'MultiEdit', 'NotebookEdit'])('by %s of a frozen test is refused', (tool) => {
    for (const agent of ['a1', 'a2', undefined])
      expect(edit('src/cache.test.ts', agent === undefined ? {} : { agent }, tool)).toEqual(denied(/frozen/))
    expect(edit('src/cache.test.ts', { session: 'stranger' }, tool)).toEqual({})
    expect(edit('src/cache.ts', { agent: 'a2' }, tool)).toEqual({})
  })

  test('through a link, or by a way around, is the same edit', () => {
    writeFileSync(join(repo, 'src/cache.test.ts'), '')
    symlinkSync('cache.test.ts', join(repo, 'src/innocent.ts'))
    symlinkSync('src', join(repo, 'lib'))
    for (const path of ['src/innocent.ts', 'lib/cache.test.ts', 'src/../src/cache.test.ts'])
      expect(edit(path, { agent: 'a2' })).toEqual(denied(/src\/cache\.test\.ts is frozen/))
  })

  test('is judged by the batch that is open', () => {
    put('runs/cache/batch-02/base.yaml', { commit: 'c', tree: 't', at: '' })
    expect(edit('src/cache.test.ts')).toEqual({})
    mkdirSync(join(root, 'runs/cache/final')) // not opened yet
    expect(edit('src/cache.test.ts')).toEqual({})
  })

  test('is free again when the run is over', () => {
    rmSync(join(root, 'active-runs/cache'))
    expect(edit('src/cache.test.ts', { agent: 'a2' })).toEqual({})
  })
})

describe('an end without a submission', () => {
  beforeEach(() => void take('T001-red-1', 'a1'))
  const bounced = {
    output: { decision: 'block', reason: expect.stringContaining('dispatch submit T001-red-1') },
  }

  test('is sent back twice, then let go, and each time is noted', () => {
    expect(end({ agent: 'a1' })).toEqual(bounced)
    expect(end({ agent: 'a1' }, true)).toEqual(bounced)
    const bounces = () => readdirSync(join(root, 'runs/cache/batch-01/T001-red-1/bounces')).length
    expect(bounces()).toBe(2)
    expect(end({ agent: 'a1' }, true)).toEqual({})
    expect(bounces()).toBe(3)
  })

  test('of anybody else is nothing', () => {
    expect([end({}), end({ agent: 'a2' }), end({ session: 's2', agent: 'a1' })]).toEqual([{}, {}, {}])
  })

  test('with one is the end', () => {
    accept('T001-red-1')
    expect(end({ agent: 'a1' })).toEqual({})
  })
})

describe('who leads', () => {
  test('is known from its first question on', () => {
    const who = { session: 'later' }
    expect(shell('git commit -m x', who)).toEqual({})
    shell('dispatch next', who)
    expect(shell('git commit -m x', who)).toEqual(denied(/`git commit` is not yours/))
    expect(shell('git commit -m x', { session: 'third' })).toEqual({})
  })
})

describe('records that cannot be read', () => {
  const closed = {
    complaint: expect.stringMatching(
      /^dispatch: the guard of the run cache cannot tell[\s\S]*active-runs\/cache\n$/,
    ),
  }
  const BREAKS: [string, () => void][] = [
    ['a plan that is no YAML', () => put('runs/cache/plans/001.yaml', '{"tasks": [')],
    ['a plan that is another thing', () => put('runs/cache/plans/001.yaml', { tasks: 3 })],
    ['evidence that is no YAML', () => put('runs/cache/batch-01/T001-red-1/accepted.yaml', 'a: [')],
    [
      'evidence that is another thing',
      () => put('runs/cache/batch-01/T001-red-1/accepted.yaml', 'evidence: 3'),
    ],
    ['a mark that says nothing', () => put('active-runs/cache', '')],
    [
      'a mark that is a folder',
      () => {
        rmSync(join(root, 'active-runs/cache'))
        mkdirSync(join(root, 'active-runs/cache'))
      },
    ],
    [
      'a plan that is a folder',
      () => {
        rmSync(join(root, 'runs/cache/plans/001.yaml'))
        mkdirSync(join(root, 'runs/cache/plans/001.yaml'))
      },
    ],
    [
      'a plan that is a link to nowhere',
      () => {
        rmSync(join(root, 'runs/cache/plans/001.yaml'))
        symlinkSync('001.yaml', join(root, 'runs/cache/plans/001.yaml'))
      },
    ],
  ]
  test.each(BREAKS)('%s: closed to who works for the run, open to others', (_, breakIt) => {
    take('T001-red-1', 'a1')
    breakIt()
    expect(edit('src/cache.ts', { agent: 'a1' })).toEqual(closed)
    expect(edit('src/cache.ts')).toEqual(closed)
    expect(edit('src/cache.ts', { session: 'stranger' })).toEqual({})
    expect(shell('ls -la', { agent: 'a1' })).toEqual({})
  })

  test('a holder that is no YAML keeps the brief from being taken', () => {
    put('runs/cache/batch-01/T001-red-1/agent.yaml', '{')
    expect(take('T001-red-1', 'a1')).toEqual(closed)
    expect(shell('dispatch brief T001-red-1', { session: 'stranger' })).toEqual(closed)
    expect(shell('dispatch next', { session: 'stranger' })).toEqual({})
  })

  test('an end is refused once, since a turn must be able to end', () => {
    take('T001-red-1', 'a1')
    put('active-runs/cache', '')
    expect(end({ agent: 'a1' })).toEqual(closed)
    expect(end({ agent: 'a1' }, true)).toEqual({})
  })

  test('another run that is broken is nobody’s concern here', () => {
    put('active-runs/other', '')
    put('active-runs/not a name', '')
    take('T001-red-1', 'a1')
    expect(edit('src/cache.ts', { agent: 'a1' })).toEqual(denied(/product code/))
  })
})

test('a state that was not made here is not believed', () => {
  rmSync(join(folder, 'home'), { recursive: true })
  expect(shell('git commit -m x')).toEqual({})
})

test('of a worktree that is gone nothing is guarded', () => {
  put('active-runs/cache', join(folder, 'gone'))
  expect(edit('src/cache.ts')).toEqual({})
})
