import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DispatchError } from '../io/errors.ts'
import { namesIn } from '../io/folders.ts'
import { mark, numberedText, readChecklist, showNumbered, ticksOf } from './checklist.ts'
import { fingerprint } from './fold.ts'
import { publishMark, publishRestored } from './marks.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'task '))
})
afterEach(() => rmSync(dir, { recursive: true }))

const plan = () => join(dir, 'plan.md')
const text = () => readFileSync(plan(), 'utf8')
const save = (content: string | Buffer) => writeFileSync(plan(), content)
const marks = () => readChecklist(dir).plan.items.map((item) => item.mark)
const facts = () => namesIn(join(dir, 'data/marks')).filter((name) => name.endsWith('.yaml'))
function caught(run: () => unknown): DispatchError {
  try {
    run()
  } catch (error) {
    if (error instanceof DispatchError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('marks', () => {
  test('stand in the file, and nothing else changed', () => {
    save('\uFEFF# T\r\n\r\n- [ ] a (in progress)\r\n  * [ ] b — c\r\ntext  \r\n- [ ] d')
    expect(mark(dir, 1, 1, 'done', { note: 'n' })).toMatchObject({
      number: 1,
      done: 1,
      total: 3,
      item: { text: 'a', note: 'n', mark: 'done' },
    })
    mark(dir, 1, '2', 'done', { note: 'm' })
    mark(dir, 1, 3, 'failed', { error: 'x\ny' })
    expect(text()).toBe(
      '\uFEFF# T\r\n\r\n- [x] a — n\r\n  * [x] b — c — m\r\ntext  \r\n- [!] d\r\n> Error: x\r\n> y',
    )
    expect(readChecklist(dir)).toMatchObject({ problems: [], text: text() })
    expect(readdirSync(dir).sort()).toEqual(['data', 'plan.md'])
  })

  test('again is fine, and a new note replaces the old one', () => {
    save('- [ ] a\n')
    mark(dir, 1, 1, 'done', { note: 'one' })
    mark(dir, 1, 1, 'done')
    expect([text(), facts().length]).toEqual(['- [x] a — one\n', 1])
    mark(dir, 1, 1, 'done', { note: 'two — three' })
    expect([text(), facts().length]).toEqual(['- [x] a — two — three\n', 2])
    mark(dir, 1, 1, 'doing')
    expect(text()).toBe('- [~] a — two — three (in progress)\n')
    mark(dir, 1, 1, 'done', { note: 'four' })
    expect(text()).toBe('- [x] a — four\n')
  })

  test('of what a person ticked is kept as a fact too', () => {
    save('- [x] a\n')
    mark(dir, 1, 1, 'done')
    save('- [ ] a\n')
    expect(marks()).toEqual(['done'])
  })

  test('are known by attempt', () => {
    save('- [ ] a\n- [ ] b\n')
    mark(dir, 1, 1, 'doing', {}, () => 1000)
    mark(dir, 2, 2, 'done', {}, () => 2000)
    expect([...ticksOf(dir)].map(([attempt, [fact]]) => [attempt, fact?.item, fact?.at])).toEqual([
      [1, 'a', '1970-01-01T00:00:01.000Z'],
      [2, 'b', '1970-01-01T00:00:02.000Z'],
    ])
  })

  test('survive an older text, and a person who takes one out after that wins', () => {
    save('- [ ] a\n- [ ] b\n')
    mark(dir, 1, 1, 'done')
    save('- [ ] a\n- [ ] b\n')
    expect(marks()).toEqual(['done', 'open'])
    expect(text()).toBe('- [ ] a\n- [ ] b\n') // reading writes nothing
    mark(dir, 1, 2, 'doing')
    expect(text()).toBe('- [x] a\n- [~] b (in progress)\n')
    save('- [ ] a\n- [ ] b\n')
    expect(marks()).toEqual(['open', 'doing'])
    mark(dir, 1, 2, 'done')
    expect(text()).toBe('- [ ] a\n- [x] b\n')
  })

  test('an older text again does not undo what was never in the file before', () => {
    save('- [ ] a\n- [ ] b\n')
    mark(dir, 1, 1, 'done')
    rmSync(join(dir, 'data/marks/001.put'), { recursive: true }) // as if killed before the rename
    save('- [ ] a\n- [ ] b\n')
    mark(dir, 1, 2, 'done')
    save('- [ ] a\n- [ ] b\n')
    expect(marks()).toEqual(['done', 'done'])
  })

  test('a damaged record is told and loses no other', () => {
    save('- [ ] a\n- [ ] b\n')
    mark(dir, 1, 1, 'done')
    writeFileSync(join(dir, 'data/marks/002.yaml'), '{"item":"b"')
    mark(dir, 1, 2, 'done')
    expect(marks()).toEqual(['done', 'done'])
    expect(readChecklist(dir).problems).toEqual([expect.stringContaining('002.yaml')])
  })

  test('a line that somebody has just begun to type is passed over and told', () => {
    save('- [ ] a\n- [ \n-[x] b\n')
    mark(dir, 1, 1, 'done')
    expect(text()).toBe('- [x] a\n- [ \n-[x] b\n')
    expect(readChecklist(dir).problems).toEqual([
      expect.stringContaining(':2: - ['),
      expect.stringContaining(':3: -[x] b'),
    ])
  })
})

describe('numbers', () => {
  test('are the ones last shown to the attempt', () => {
    save('- [ ] a\n  - [x] b — n\n- [?] c\n> **Blocker:** q\n')
    expect(numberedText(showNumbered(dir, 1))).toBe('1 [ ] a\n2   [x] b — n\n3 [?] c — q')
    save('- [ ] new\n- [?] c\n- [ ] a\n')
    expect(mark(dir, 1, 1, 'done')).toMatchObject({ number: 3, item: { text: 'a' } })
    expect(mark(dir, 2, 1, 'done')).toMatchObject({ number: 1, item: { text: 'new' } })
    expect(text()).toBe('- [x] new\n- [?] c\n- [x] a\n')
  })

  test.each([
    ['the item is gone', '- [ ] b\n- [ ] c\n', 1],
    ['its words are another ones', '- [ ] A\n- [ ] b\n', 1],
    ['another one has the same words now', '- [ ] a\n- [ ] a\n- [ ] b\n', 1],
    ['there is no such number', '- [ ] a\n- [ ] b\n', 3],
    ['zero', '- [ ] a\n- [ ] b\n', 0],
  ])('are refused with the new list, which counts then: %s', (_, changed, n) => {
    save('- [ ] a\n- [ ] b\n')
    showNumbered(dir, 1)
    save(changed)
    const error = caught(() => mark(dir, 1, n, 'done'))
    expect([error.exit, text()]).toEqual([1, changed])
    expect(error.message).toContain(numberedText(readChecklist(dir)))
    expect(mark(dir, 1, 2, 'done').number).toBe(2)
  })

  test('equal words: the same one of them', () => {
    save('- [ ] a\n- [ ] b\n- [ ] a\n')
    showNumbered(dir, 1)
    save('- [ ] a\n- [ ] a\n- [ ] b\n')
    expect(mark(dir, 1, 3, 'done').number).toBe(2)
    expect(text()).toBe('- [ ] a\n- [x] a\n- [ ] b\n')
  })

  test('an em dash of the words and one before a note written by hand', () => {
    save('- [ ] a — b\n- [ ] a — c\n')
    showNumbered(dir, 1)
    save('- [x] a — b — by hand\n- [ ] a — c\n')
    mark(dir, 1, 1, 'done', { note: 'n' })
    mark(dir, 1, 2, 'done', { note: 'm' })
    expect(text()).toBe('- [x] a — b — n\n- [x] a — c — m\n')
  })

  test.each(['x', '', '1.5', '-1', '1 '])('a number is a number: %j', (n) => {
    save('- [ ] a\n')
    expect(caught(() => mark(dir, 1, n, 'done')).exit).toBe(64)
  })

  test('a damaged record of them is refused once', () => {
    save('- [ ] a\n')
    showNumbered(dir, 1)
    writeFileSync(join(dir, 'data/shown/001.json'), '[{"te')
    expect(caught(() => mark(dir, 1, 1, 'done')).exit).toBe(1)
    expect(mark(dir, 1, 1, 'done').number).toBe(1)
  })
})

describe('a plan.md that cannot be used', () => {
  test.each<[string, string | Buffer | undefined]>([
    ['emptied', ''],
    ['without items', '# T\n'],
    ['binary', '- [ ] a\0\n'],
    ['not UTF-8', Buffer.from('- [ ] caf\xe9\n', 'latin1')],
    ['gone', undefined],
  ])('stays, and the mark is not lost: %s', (_, content) => {
    save('- [ ] a\n- [ ] b\n')
    mkdirSync(join(dir, 'attempts/002'), { recursive: true })
    showNumbered(dir, 2)
    if (content === undefined) rmSync(plan())
    else save(content)
    const from = Date.now()
    const error = caught(() => mark(dir, 2, 2, 'done', { note: 'n' }))
    expect(Date.now() - from).toBeLessThan(2000)
    expect(error.exit).toBe(65)
    expect(error.message).toContain(`${plan()}:1`)
    expect(error.message).toContain('recorded')
    expect(error.message).toContain(join(dir, 'attempts/002/prompt.md'))
    expect(error.message.split('\n').length).toBeLessThanOrEqual(4)
    if (content !== undefined) expect(readFileSync(plan())).toEqual(Buffer.from(content))
    expect(caught(() => readChecklist(dir)).exit).toBe(65)
    save('- [ ] a\n- [ ] b\n')
    mark(dir, 2, 1, 'doing')
    expect(text()).toBe('- [~] a (in progress)\n- [x] b — n\n')
  })

  test('nothing was shown and nothing is there: nothing is recorded', () => {
    save('')
    const error = caught(() => mark(dir, 1, 1, 'done'))
    expect([error.exit, facts()]).toEqual([65, []])
    expect(error.message).not.toContain('recorded')
  })

  test('a link is refused', () => {
    writeFileSync(join(dir, 'other.md'), '- [ ] a\n')
    symlinkSync(join(dir, 'other.md'), plan())
    for (const verb of [() => mark(dir, 1, 1, 'done'), () => readChecklist(dir), () => showNumbered(dir, 1)])
      expect(caught(verb).exit).toBe(1)
  })
})

describe('many at once', () => {
  test.each([
    ['and was killed', false],
    ['and wrote it too, before this one wrote over it', true],
  ])('somebody records a mark right after this one wrote, %s', (_, alsoWrote) => {
    save('- [ ] a\n- [ ] b\n- [ ] c\n')
    mark(dir, 1, 1, 'done')
    save('- [ ] a\n- [ ] b\n- [ ] c\n')
    // Putting back the first one is recorded after the rename, and asks for the time: the moment that is wanted here.
    let calls = 0
    mark(dir, 1, 2, 'done', {}, () => {
      if (++calls === 2) {
        const stamp = { at: '', attempt: 2 }
        expect(text()).toBe('- [x] a\n- [x] b\n- [ ] c\n')
        const number = publishMark(dir, {
          item: 'c',
          nth: 0,
          of: 1,
          mark: 'done',
          was: { mark: 'open' },
          overruled: [],
          ...stamp,
        })
        if (alsoWrote) publishRestored(dir, { restored: [number], over: fingerprint(text()), ...stamp })
      }
      return 0
    })
    expect(calls).toBe(2)
    expect(text()).toBe('- [x] a\n- [x] b\n- [x] c\n')
  })

  const url = (name: string) => JSON.stringify(new URL(name, import.meta.url).href)
  const script = `import { mark } from ${url('./checklist.ts')}
for (const n of process.argv.slice(2)) mark(process.argv[1], 1, n, 'done', { note: 'by ' + n })`
  const tick = (...numbers: number[]) =>
    spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script, dir, ...numbers.map(String)],
      {
        cwd: fileURLToPath(new URL('.', import.meta.url)),
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    )

  test('32 ticks by eight processes and a person who saves meanwhile', { timeout: 60_000 }, async () => {
    const lines = Array.from({ length: 32 }, (_, at) => `- [ ] item ${at + 1}\n`).join('')
    save(`# T\n${lines}last\n`)
    showNumbered(dir, 1)
    const workers = Array.from({ length: 8 }, (_, at) => tick(...[1, 9, 17, 25].map((n) => n + at)))
    const ends = workers.map((worker) => once(worker, 'exit'))
    // A person's edit like an editor makes it: read, change a line, put it back; until somebody has written too.
    while (facts().length < 4) await new Promise((done) => setImmediate(done))
    writeFileSync(join(dir, 'edited'), text().replace('last\n', 'last, edited\n'))
    renameSync(join(dir, 'edited'), plan())
    expect((await Promise.all(ends)).map(([code]) => code)).toEqual(workers.map(() => 0))
    const all = lines.replace(/- \[ \] item (\d+)/g, '- [x] item $1 — by $1')
    expect(text()).toBe(`# T\n${all}last, edited\n`)
    expect(
      facts().filter((name) => readFileSync(join(dir, 'data/marks', name), 'utf8').includes('"item"')),
    ).toHaveLength(32)
    save(`# T\n${lines}last\n`)
    expect(marks().filter((each) => each === 'done')).toHaveLength(32)
  })

  test('killed at any moment: what was recorded counts', { timeout: 60_000 }, async () => {
    save(Array.from({ length: 40 }, (_, at) => `- [ ] item ${at + 1}\n`).join(''))
    showNumbered(dir, 1)
    const worker = tick(...Array.from({ length: 40 }, (_, at) => at + 1))
    const end = once(worker, 'exit')
    const enough = 5 + (Date.now() % 20)
    while (worker.exitCode === null && facts().length < enough)
      await new Promise((done) => setImmediate(done))
    worker.kill('SIGKILL')
    await end
    const recorded = facts().length
    expect(recorded).toBeGreaterThanOrEqual(enough)
    expect(marks().filter((each) => each === 'done')).toHaveLength(recorded)
    expect(mark(dir, 1, 40, 'doing').done).toBe(Math.min(recorded, 39))
    expect(text().match(/\[x\]/g)).toHaveLength(Math.min(recorded, 39))
  })
})

test('an editor that empties the file first is waited for', async () => {
  save('- [ ] a\n- [ ] b\n')
  showNumbered(dir, 1)
  save('')
  const editor = spawn('sh', [
    '-c',
    'sleep 0.05; printf "%s\\n" "- [ ] a" "- [ ] b" "- [ ] c" > "$0"',
    plan(),
  ])
  const end = once(editor, 'exit')
  mark(dir, 1, 1, 'done')
  await end
  expect(text()).toBe('- [x] a\n- [ ] b\n- [ ] c\n')
})
