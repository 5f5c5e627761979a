/** What a review found, as users meet it: each case failed before it was mended. */
import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { until } from './support/until.ts'
import { DISPATCH, type World, world } from './support/world.ts'

const PLAN = '- [ ] One\n'
const DONE = 'dispatch tick 1 >/dev/null'
const ended = (w: World, id: string) => until(async () => (await w.task(id)).ended_at)

/** What a new session is told. */
async function greeting(w: World, session: string, source = 'startup'): Promise<string> {
  const input = JSON.stringify({ session_id: session, source, cwd: w.repo })
  const out = await w.ok(['hook', 'session-start'], { input })
  return out === '' ? '' : JSON.parse(out).hookSpecificOutput.additionalContext
}

describe('the greeting', () => {
  test('tells an end to one session, the newest first, and keeps what did not fit', async () => {
    const w = world()
    w.worker('quick', DONE)
    const ids = ['t1', 't2', 't3', 't4', 't5', 't6', 't7']
    for (const id of ids) {
      await w.ok(['start', id, '--model', 'quick'], { input: PLAN })
      await ended(w, id)
    }
    const first = await greeting(w, 'first')
    expect(first.match(/t\d done/g)).toEqual(['t7 done', 't6 done', 't5 done', 't4 done', 't3 done'])
    expect(first).toContain('and 2 more: dispatch status')
    expect((await greeting(w, 'second')).match(/t\d done/g)).toEqual(['t2 done', 't1 done'])
    expect(await greeting(w, 'third')).toBe('')
  }, 20_000)

  test('an open question is told to everybody', async () => {
    const w = world()
    w.worker('asks', 'dispatch ask "Which one?" --timeout 1s')
    await w.ok(['start', 'a', '--model', 'asks'], { input: PLAN })
    await ended(w, 'a')
    for (const session of ['first', 'second'])
      expect(await greeting(w, session)).toContain('a asks 001: Which one?')
  })

  test('after /clear the session before is the same client', async () => {
    const w = world()
    w.worker('works', `until [ -e "$WORLD/go" ]; do sleep 0.05; done; ${DONE}`)
    w.write('plan', PLAN)
    const hook = (source: string) =>
      `echo '{"session_id":"new-${source}","source":"${source}","cwd":"${w.repo}"}' | '${DISPATCH}' hook session-start`
    const client = `export CLAUDE_PID=$$ CLAUDE_CODE_SESSION_ID=old
      '${DISPATCH}' start a --model works <'${w.folder}/plan' >/dev/null || exit 9
      unset CLAUDE_PID CLAUDE_CODE_SESSION_ID
      ${hook('startup')}; echo ---; ${hook('clear')}; true`
    const { code, stdout } = await w.process(['/bin/sh', '-c', client]).ended
    expect(code).toBe(0)
    const [begun, cleared] = stdout.split('---\n')
    // A session inside another one's shell is not that one.
    expect(begun).toBe('')
    expect(cleared).toContain('1 running (a)')
    w.write('go', '')
    await ended(w, 'a')
  })
})

describe('a worker', () => {
  test('has the locale of its user, and ends by the signals that end others', async () => {
    const w = world()
    w.worker('looks', `printf %s "$LC_ALL" >"$WORLD/locale"; cat /proc/$$/status >"$WORLD/status"; ${DONE}`)
    await w.ok(['start', 'a', '--model', 'looks'], { input: PLAN, env: { LC_ALL: 'C.UTF-8' } })
    await ended(w, 'a')
    expect(readFileSync(join(w.folder, 'locale'), 'utf8')).toBe('C.UTF-8')
    if (process.platform !== 'linux') return
    const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync(join(w.folder, 'status'), 'utf8'))?.[1]
    // HUP, INT and QUIT are the lowest three.
    expect(Number.parseInt(ignored?.slice(-1) ?? '', 16) & 7).toBe(0)
  })

  test('begun anew under an id whose folder was removed is told of again', async () => {
    const w = world()
    w.worker('quick', DONE)
    for (const _ of [1, 2]) {
      await w.ok(['start', 'a', '--model', 'quick'], { input: PLAN })
      expect(await w.ok(['wait', '--timeout', '10s'])).toContain('a done')
      rmSync(w.path('a'), { recursive: true })
    }
  })
})

describe('a lot of it', () => {
  test('questions are told twenty at once', async () => {
    const w = world()
    w.worker(
      'asks',
      'i=0; while [ $i -lt 25 ]; do i=$((i+1)); echo "Q$i?" >"$DISPATCH_ROOT/tasks/$DISPATCH_TASK/ipc/$(printf %03d $i).question"; done',
    )
    await w.ok(['start', 'a', '--model', 'asks'], { input: PLAN })
    await ended(w, 'a')
    const told = (await w.ok(['wait', '--timeout', '10s'])).trimEnd().split('\n')
    expect(told.filter((line) => line.startsWith('a asks'))).toHaveLength(20)
    expect(told).toContain('and 5 more: dispatch status')
    const rest = (await w.ok(['wait', '--timeout', '10s'])).trimEnd().split('\n')
    expect(rest.filter((line) => line.startsWith('a asks'))).toHaveLength(5)
  })

  test('a report of 5 GB is named, not read', async () => {
    const w = world()
    w.worker('quick', DONE)
    await w.ok(['start', 'a', '--model', 'quick'], { input: PLAN })
    await ended(w, 'a')
    w.leave('a', 'output.md', '')
    truncateSync(w.path('a', 'output.md'), 5 * 2 ** 30)
    const { code, stderr } = await w.dispatch(['output', 'a'])
    expect(code).toBe(65)
    expect(stderr).toContain(w.path('a', 'output.md'))
    expect(stderr).toContain(`${5 * 2 ** 30} bytes`)
  })

  test('the last line of a log needs no line end', async () => {
    const w = world()
    w.worker('quick', `${DONE}; printf 'The end'`)
    await w.ok(['start', 'a', '--model', 'quick'], { input: PLAN })
    expect(await w.ok(['log', 'a', '--follow'])).toBe('The end\n')
    expect(await w.ok(['log', 'a'])).toBe('The end\n')
  })
})

test('what a worker wrote does nothing to a terminal, and is itself in a pipe', async () => {
  const w = world()
  w.worker('paints', `printf '\\033[2Jred\\n' | tee "$DISPATCH_ROOT/tasks/$DISPATCH_TASK/output.md"; ${DONE}`)
  await w.ok(['start', 'a', '--model', 'paints'], { input: PLAN })
  await ended(w, 'a')
  for (const verb of ['output', 'log']) {
    expect(await w.ok([verb, 'a'])).toBe('\u001b[2Jred\n')
    if (process.platform !== 'linux' || spawnSync('script', ['--version']).error !== undefined) continue
    const typed = await w.process(['script', '-qec', `'${DISPATCH}' ${verb} a`, '/dev/null']).ended
    expect(typed.stdout).toBe('red\r\n')
  }
  const { stderr } = await w.dispatch(['status', '\u001b[2Jx'])
  expect(stderr).not.toContain('\u001b')
})

describe('words', () => {
  test('that look like flags are text', async () => {
    const w = world()
    w.worker(
      'asks',
      `answer=$(dispatch ask "Which?"); printf %s "$answer" >"$WORLD/answer"; dispatch tick 1 added --help >"$WORLD/ticked"`,
    )
    await w.ok(['start', 'a', '--model', 'asks'], { input: PLAN })
    await until(async () => (await w.task('a')).question)
    await w.ok(['answer', 'a', '--', '--weird', '--help'])
    await ended(w, 'a')
    expect(readFileSync(join(w.folder, 'answer'), 'utf8')).toBe('--weird --help')
    expect(readFileSync(join(w.folder, 'ticked'), 'utf8')).toBe('1 [x] One (1/1)\n')
    expect(readFileSync(w.path('a', 'plan.md'), 'utf8')).toContain('added --help')
  })

  test('every verb says in one line what it does', async () => {
    const lines = (await world().ok(['--help'])).trimEnd().split('\n').slice(0, -2)
    for (const line of lines) expect(line).toMatch(/^dispatch [a-z]+.*? {2,}\S/)
  })
})

describe('a folder', () => {
  test('that is gone is said', async () => {
    const w = world()
    const gone = join(w.folder, 'gone')
    mkdirSync(gone)
    const run = (words: string) =>
      w.process(['/bin/sh', '-c', `rmdir '${gone}' && '${DISPATCH}' ${words}`], { cwd: gone }).ended
    const { code, stderr } = await run('status')
    expect(code).toBe(1)
    expect(stderr).toContain('the current folder is gone')
    mkdirSync(gone)
    expect(await run('hook session-start')).toMatchObject({ code: 0, stdout: '' })
  })

  // Only root can give a folder away.
  test.runIf(process.getuid?.() === 0)('that git does not trust gets no state of its own', async () => {
    const w = world()
    const below = join(w.repo, 'below')
    mkdirSync(below)
    writeFileSync(join(below, 'file'), '')
    for (const path of [w.repo, join(w.repo, '.git')]) chownSync(path, 4711, 4711)
    const { code, stderr } = await w.dispatch(['start', 'a', '--model', 'demo'], { input: PLAN, cwd: below })
    expect(code).toBe(1)
    expect(stderr).toContain('dubious ownership')
    expect(stderr).toContain(`git config --global --add safe.directory ${w.repo}`)
    expect(existsSync(join(below, '.dispatch'))).toBe(false)
    for (const path of [w.repo, join(w.repo, '.git')]) chownSync(path, 0, 0)
  })
})
