/**
 * What a run puts into the lead's context, in bytes, with the real client: examples/url-shortener from the slash
 * command to the end, by the scripted lead of the tests, which does what the skill and the steps literally say
 * (test/client/spec-lead.ts). Its first batch has a round of fixes. What the client says anyway is not counted.
 */
import { contextOf, type Entry } from '../test/client/context.ts'
import { CURRENT, claudeBinary, cliBinary } from '../test/client/install.ts'
import { ALLOWED, LONG, openSpecStage } from '../test/client/spec-stage.ts'
import { until } from '../test/support/until.ts'
import { atMost, type Row } from './table.ts'

type Mode = 'interactive' | '-p'

export async function contextOfRun(): Promise<Row[]> {
  if (claudeBinary(CURRENT) === undefined || cliBinary('opencode') === undefined)
    return [{ what: 'bytes of a run in the lead’s context', measured: 'needs the clients: npm run clients' }]
  return [...rowsOf('interactive', await play('interactive')), ...rowsOf('-p', await play('-p'))]
}

function rowsOf(mode: Mode, shares: Map<string, number>): Row[] {
  const worst = (pattern: RegExp) =>
    Math.max(...[...shares].flatMap(([name, bytes]) => (pattern.test(name) ? [bytes] : [])))
  const of = (name: string) => shares.get(name) ?? 0
  const row = (what: string, bytes: number, limit?: number): Row => ({
    what: `${mode}: ${what}`,
    measured: `${bytes.toLocaleString('en')} bytes`,
    ...(limit === undefined ? {} : { target: atMost(limit, ' bytes', bytes) }),
  })
  return [
    row('the skill', of('skill'), 3500),
    row('a task, the most of six', worst(/^T/), 6000),
    row('a batch beyond its tasks, the most of two', worst(/^[23]$/), 5500),
    row('a batch of two tasks', of('2') + of('T004') + of('T005')),
    row('a round of fixes', of('fixes')),
    row('the final review, and what the user is told', of('final')),
    row(
      'all of it, six tasks in three batches',
      [...shares.values()].reduce((sum, bytes) => sum + bytes, 0),
    ),
  ]
}

/** Bytes by what they are for: the skill, `T001`, the batch `1`, its fixes, `final`. */
function sharesOf(entries: Entry[]): Map<string, number> {
  const shares = new Map<string, number>()
  const begun = entries.findIndex(({ kind }) => kind === 'tool_use')
  const launched: string[] = []
  let place = 'skill'
  const add = (name: string, text: string, ends = 0) =>
    shares.set(name, (shares.get(name) ?? 0) + Buffer.byteLength(text, 'utf8') + ends)
  for (const [at, { kind, text }] of entries.entries()) {
    if (at < begun && kind === 'reminder') continue
    if (at === begun) place = '1'
    const started = /^Agent .*`dispatch brief (\S+)`/.exec(text)?.[1]
    if (started !== undefined) launched.push(started)
    const agent =
      started ??
      (text.includes('Async agent launched') ? launched.shift() : undefined) ??
      /<summary>Agent "(\S+)"/.exec(text)?.[1]
    if (agent !== undefined) {
      add(shareOf(agent, place), text)
      continue
    }
    for (const line of text.split('\n')) {
      const next = /`dispatch brief (\S+)`/.exec(line)?.[1]
      const step = /^shortener (?:batch (\d)\/\d|(final)) ?(\w*): \w+$/.exec(line)
      if (step !== null) place = step[3] === 'fix' ? 'fixes' : (step[1] ?? step[2] ?? place)
      add(next === undefined ? place : shareOf(next, place), line, 1)
    }
  }
  return shares
}

/** The task of a tester or an implementer; a fix and a review are the batch's. */
const shareOf = (attempt: string, place: string): string =>
  /-(red|green)-\d+$/.test(attempt)
    ? attempt.slice(0, 4)
    : /-fix-|^B01-review-claude-2$/.test(attempt)
      ? 'fixes'
      : place

async function play(mode: Mode): Promise<Map<string, number>> {
  const stage = await openSpecStage({ version: CURRENT, isReviewed: true })
  const words = '/dispatch:task-dispatch shortener'
  const entries = () =>
    contextOf(
      stage.asLead().filter(({ turn }) => turn.agent === undefined && turn.all.includes('<command-name>')),
    )
  const isDone = () => entries().some(({ kind, text }) => kind === 'answer' && /^shortener done/m.test(text))
  try {
    if (mode === '-p') await stage.headless(words, ALLOWED, LONG)
    else await (await stage.interactive(ALLOWED)).say(words)
    await until(isDone, () => `it did not end: ${entries().at(-1)?.text}`, mode === '-p' ? 1 : LONG)
    const all = entries()
    if (process.env.BENCH_SHOW !== undefined)
      for (const { kind, bytes, text } of all) console.error(`## ${kind}, ${bytes} bytes\n${text}`)
    return sharesOf(all.slice(all.findIndex(({ text }) => text.includes('<command-name>'))))
  } finally {
    await stage.end()
  }
}
