/**
 * What reaches the lead's context, in bytes, with the real client: from the slash command to the reported completion,
 * skill, calls, results and notices included. The lead is scripted and does what the skill and the verbs' output say
 * (test/client/lead.ts); its workers are the demo's. What the client says in any conversation is not counted.
 */
import { contextOf, type Entry, totals } from '../test/client/context.ts'
import { CURRENT, claudeBinary } from '../test/client/install.ts'
import { lead } from '../test/client/lead.ts'
import { startModelServer } from '../test/client/model-server.ts'
import { Stage } from '../test/client/stage.ts'
import { until } from '../test/support/until.ts'
import { plan, type Task } from './plans.ts'
import { atMost, type Row } from './table.ts'

type Mode = 'interactive' | '-p'
/** Seconds for which completions are held back for each other (runtime/watch/listen.ts), and some more. */
const APART: Record<Mode, number> = { interactive: 6, '-p': 16 }
const PATIENCE = 60_000

const ONE: Task[] = [{ id: 'logging-audit' }]
const FIVE: Task[] = ['logging-audit', 'token-audit', 'error-audit', 'input-audit', 'docs-audit'].map(
  (id) => ({ id }),
)

export async function context(): Promise<Row[]> {
  if (claudeBinary(CURRENT) === undefined)
    return [{ what: 'bytes in the lead’s context', measured: 'needs the client: npm run clients' }]
  return [...(await inMode('interactive')), ...(await inMode('-p'))]
}

async function inMode(mode: Mode): Promise<Row[]> {
  const one = await play(mode, ONE)
  const five = await play(mode, FIVE)
  const apart = await play(
    mode,
    FIVE.slice(0, 3).map((task, n) => ({ ...task, seconds: 2 + n * APART[mode] })),
  )
  const asked = await play(mode, [
    { id: 'logging-audit', question: 'Emails are logged at INFO in auth.ts:42. Does that count?' },
  ])
  const row = (what: string, bytes: number, limit: number, made: Entry[]): Row => ({
    what: `${mode}: ${what}`,
    measured: `${Math.round(bytes).toLocaleString('en')} bytes`,
    beside: kinds(made),
    target: atMost(limit, ' bytes', bytes),
  })
  const bytes = (entries: Entry[]) => totals(entries).bytes
  return [
    row('one task', bytes(one), 6000, one),
    row('each further task, 5 in one call, ending together', (bytes(five) - bytes(one)) / 4, 1800, five),
    row('each further task, 3 in one call, ending apart', (bytes(apart) - bytes(one)) / 2, 1800, apart),
    row('a question and its answer', bytes(asked) - bytes(one), 1400, asked),
  ]
}

/** BENCH_SHOW=1: every entry as it stands in the conversation. */
function show(what: string, entries: Entry[]): void {
  if (process.env.BENCH_SHOW === undefined) return
  for (const { kind, bytes, text } of entries) console.error(`## ${what}: ${kind}, ${bytes} bytes\n${text}`)
}

const kinds = (entries: Entry[]) =>
  `in all: ${Object.entries(totals(entries).byKind)
    .map(([kind, bytes]) => `${kind} ${bytes}`)
    .join(', ')}`

/** One play; what it added to the lead's conversation. */
async function play(mode: Mode, tasks: Task[]): Promise<Entry[]> {
  const server = await startModelServer(lead({ audit: tasks.map(plan).join('\n') }))
  const stage = new Stage({ version: CURRENT, lead: () => ({ kind: 'hang' }) }, server)
  const words = '/dispatch audit the logging and what belongs to it'
  try {
    await (mode === '-p' ? headless(stage, words, tasks) : onScreen(stage, words, tasks))
    // What the client tells every conversation at its first prompt is its own.
    const anyway = new Set(contextOf(server.conversation('hello there').slice(0, 1)).map(({ text }) => text))
    const all = contextOf(server.conversation('<command-name>'))
    const begun = all.findIndex(({ text }) => text.includes('<command-name>'))
    const added = all.slice(begun).filter(({ text }) => !anyway.has(text))
    show(`${mode}, ${tasks.length}`, added)
    return added
  } finally {
    await stage.end()
  }
}

const hasReported = ({ server }: Stage, tasks: Task[]) => {
  const said = contextOf(server.conversation('<command-name>')).filter(({ kind }) => kind === 'answer')
  return tasks.every(({ id }) => said.some(({ text }) => text.includes(`${id} is complete`)))
}

async function onScreen(stage: Stage, words: string, tasks: Task[]): Promise<void> {
  const screen = await stage.interactive(['--permission-mode', 'default'])
  await screen.say('hello there')
  await screen.waitFor(/At your service/)
  await screen.say(words)
  if (tasks.some(({ question }) => question !== undefined)) {
    await screen.waitFor(/asks 001/, PATIENCE)
    await screen.say('Yes, it counts.')
  }
  await until(
    () => hasReported(stage, tasks),
    () =>
      `not all was reported:\n${contextOf(stage.server.conversation('<command-name>'))
        .slice(-4)
        .map(({ text }) => text)
        .join('\n')}`,
    PATIENCE,
  )
}

async function headless(stage: Stage, words: string, tasks: Task[]): Promise<void> {
  await stage.headless('hello there')
  const first = await stage.headless(words, [], PATIENCE)
  if (tasks.some(({ question }) => question !== undefined))
    await stage.headless('Yes, it counts.', ['--resume', first.result?.session_id ?? ''], PATIENCE)
  if (!hasReported(stage, tasks)) throw new Error(`not all was reported: ${first.stdout}${first.stderr}`)
}
