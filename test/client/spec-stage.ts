/**
 * examples/url-shortener on a stage: the real client as lead and subagents, the real opencode as second reviewer where
 * it is wanted. In the first batch both find the same hole, which no test sees, and opencode something that can wait.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { here } from '../../runtime/io/processes.ts'
import { kill, PLUGIN } from '../support/world.ts'
import { cliBinary } from './install.ts'
import { PATIENCE, provider } from './opencode-stage.ts'
import { bash, call, type Reply, type Script, say, type Turn, use } from './script.ts'
import { specLead } from './spec-lead.ts'
import { type Files, type Found, reviewOf, roles } from './spec-roles.ts'
import { SHORTENER } from './spec-shortener.ts'
import { openStage, type Stage } from './stage.ts'

export const SPEC = 'specs/active/shortener'
/** For a whole play on a busy machine (ms). */
export const LONG = 4 * PATIENCE

/** What the user allows: to begin a run, to write. All else of ours is allowed by the plugin's own hook. */
export const ALLOWED = ['--permission-mode', 'acceptEdits', '--allowedTools', 'Bash(dispatch run:*)']

const WHOLE = SHORTENER['T002-green']?.['src/address.ts'] ?? ''
const HOLE = WHOLE.replace(/ {2}if \(text\.length.*\n/, '')
const FILES: Files = {
  ...SHORTENER,
  'T002-green': { 'src/address.ts': HOLE },
  'T002-fix': { 'src/address.ts': WHOLE },
}

const hole = (line: number, description: string): Found => ({
  task: 'T002',
  severity: 'critical',
  gate: 'security',
  location: `src/address.ts:${line}`,
  description,
})
const NATIVE = [hole(4, 'An address of any length is accepted: nothing refuses more than 2,048 characters.')]
const OTHER: Found[] = [
  hole(5, 'The length of an address is not limited: more than 2,048 characters have to be refused.'),
  {
    task: 'T001',
    severity: 'medium',
    gate: 'performance',
    location: 'src/slug.ts:8',
    description: 'The name is built by putting text in front of text.',
  },
]

interface Cast {
  version: string
  /** Whether opencode reviews as well, and the hole is there. */
  isReviewed: boolean
  /** Comes before lead and roles: undefined leaves it to them. */
  first?: (turn: Turn, play: Stage) => Promise<Reply | undefined>
}

/** A stage that ends with the test that calls this. */
export async function specStage(cast: Cast): Promise<Stage> {
  const made = await openSpecStage(cast)
  onTestFinished(() => made.end())
  return made
}

export async function openSpecStage({ version, isReviewed, first }: Cast): Promise<Stage> {
  const asRole = roles(isReviewed ? FILES : SHORTENER, isReviewed ? { B01: NATIVE } : {})
  const made: Stage = await openStage({
    version,
    lead: async (turn) =>
      (await first?.(turn, made)) ?? (turn.agent === undefined ? specLead(turn) : asRole(turn)),
    workers: Object.fromEntries(
      (['b01', 'b02', 'b03', 'final'] as const).map((key) => {
        const id = `shortener-${key}-opencode-1`
        return [id, opencode(() => made, id, key)]
      }),
    ),
  })
  lay(made, isReviewed)
  return made
}

/** Reads the patch, and writes its report. */
function opencode(play: () => Stage, id: string, key: string): Script {
  const report = reviewOf(
    'opencode',
    key === 'final' ? 'final' : Number(key.slice(1)),
    key === 'b01' ? OTHER : [],
  )
  return ({ index }) =>
    [
      bash(`cat .dispatch/tasks/${id}/data/diff-1.patch`),
      call(use('write', { filePath: join(play().root, 'tasks', id, 'output.md'), content: `${report}\n` })),
    ][index] ?? say('Reviewed.')
}

/** The example as a repository of its own. */
function lay(play: Stage, isReviewed: boolean): void {
  cpSync(join(PLUGIN, 'examples/url-shortener'), play.repo, { recursive: true })
  symlinkSync(join(PLUGIN, 'node_modules'), join(play.repo, 'node_modules'))
  const validation = join(play.repo, SPEC, 'validation.yaml')
  const text = readFileSync(validation, 'utf8')
  writeFileSync(
    validation,
    isReviewed
      ? text.replace('openai/gpt-5.2', 'mock/test-model')
      : text.replace(/ {2}reviewers:\n.*\n.*\n/, '  reviewers: []\n'),
  )
  writeFileSync(join(play.home, '.gitconfig'), '[user]\n\tname = T\n\temail = t@example.com\n')
  if (isReviewed) {
    symlinkSync(cliBinary('opencode') ?? '', join(play.folder, 'bin', 'opencode'))
    mkdirSync(join(play.home, '.config/opencode'), { recursive: true })
    writeFileSync(
      join(play.home, '.config/opencode/opencode.json'),
      JSON.stringify(provider(play.server.url)),
    )
    // It would install a package for plugins at each start.
    play.env.npm_config_offline = 'true'
  }
  play.git('add', '-A')
  play.git('commit', '-q', '-m', 'A URL shortener, so far')
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the document holds
export const yaml = (play: Stage, name: string): any =>
  parse(readFileSync(join(play.repo, SPEC, name), 'utf8'))

/** What the trailer says in each commit of the branch, oldest first. */
export const trailers = (play: Stage, name: string): string[] =>
  play
    .git('log', '--reverse', '--format=%B', 'main..feat/shortener')
    .split('\n')
    .flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []))

/** Ends the client as a crash does: it alone, and at once. */
export function crash(play: Stage): void {
  const client = play.left().filter(({ pid }) => (here.commandOf(pid) ?? '').includes('--output-format'))
  if (client.length !== 1) throw new Error(`${client.length} clients are at work`)
  for (const { pid } of client) kill(pid)
}

/** The agents that were started by one message each, in their order. */
export const started = (play: Stage): string[][] =>
  play.server.exchanges
    .filter(({ turn }) => turn.agent === undefined)
    .map(({ reply }) =>
      reply.kind !== 'blocks'
        ? []
        : reply.blocks.flatMap((block) =>
            block.type === 'tool_use' && block.name === 'Agent' ? [String(block.input.description)] : [],
          ),
    )
    .filter((some) => some.length > 0)

/** Whether the runtime took what was handed in for an attempt of the first batch. */
export const isAccepted = (play: Stage, attempt: string): boolean =>
  existsSync(join(play.root, 'runs/shortener/batch-01', attempt, 'accepted.yaml'))
