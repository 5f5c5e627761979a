/** The command line: a word to a verb, an error to a message and an exit code. Verbs are loaded when they are called. */
import { harmlessLines } from './io/cells.ts'
import { pipedIn, write } from './io/console.ts'
import { DispatchError, EXIT, errorCode } from './io/errors.ts'
import type { Verb, VerbIo } from './verbs/verb.ts'

interface VerbModule {
  run: Verb
  help: string
}

interface Entry {
  /** Who may call it: a lead (or person), a worker, or both. */
  by: 'lead' | 'worker' | 'both'
  /** Its words are somebody's text: `--help` counts only as the first of them. */
  text?: true
  load: () => Promise<VerbModule>
}

const VERBS = new Map<string, Entry>([
  ['start', { by: 'lead', load: () => import('./verbs/start.ts') }],
  ['status', { by: 'both', load: () => import('./verbs/status.ts') }],
  ['answer', { by: 'lead', text: true, load: () => import('./verbs/answer.ts') }],
  ['note', { by: 'lead', text: true, load: () => import('./verbs/note.ts') }],
  ['wait', { by: 'lead', load: () => import('./verbs/wait.ts') }],
  ['watch', { by: 'lead', load: () => import('./verbs/watch.ts') }],
  ['stop', { by: 'lead', load: () => import('./verbs/stop.ts') }],
  ['retry', { by: 'lead', load: () => import('./verbs/retry.ts') }],
  ['resume', { by: 'lead', load: () => import('./verbs/resume.ts') }],
  ['output', { by: 'both', load: () => import('./verbs/output.ts') }],
  ['log', { by: 'both', load: () => import('./verbs/log.ts') }],
  ['diff', { by: 'both', load: () => import('./verbs/diff.ts') }],
  ['land', { by: 'lead', load: () => import('./verbs/land.ts') }],
  ['clean', { by: 'lead', load: () => import('./verbs/clean.ts') }],
  ['config', { by: 'lead', load: () => import('./verbs/config.ts') }],
  ['models', { by: 'both', load: () => import('./verbs/models.ts') }],
  ['doctor', { by: 'lead', load: () => import('./verbs/doctor.ts') }],
  ['setup', { by: 'lead', load: () => import('./verbs/setup.ts') }],
  ['batches', { by: 'both', load: () => import('./verbs/batches.ts') }],
  ['gates', { by: 'both', load: () => import('./verbs/gates.ts') }],
  ['run', { by: 'lead', load: () => import('./verbs/run.ts') }],
  ['next', { by: 'lead', load: () => import('./verbs/next.ts') }],
  ['decide', { by: 'lead', text: true, load: () => import('./verbs/decide.ts') }],
  ['brief', { by: 'lead', load: () => import('./verbs/brief.ts') }],
  ['submit', { by: 'lead', load: () => import('./verbs/submit.ts') }],
  ['gate-table', { by: 'both', load: () => import('./verbs/gate-table.ts') }],
  ['checkpoint', { by: 'both', load: () => import('./verbs/checkpoint.ts') }],
  ['merge', { by: 'both', load: () => import('./verbs/merge.ts') }],
  ['plan', { by: 'worker', load: () => import('./verbs/plan.ts') }],
  ['begin', { by: 'worker', load: () => import('./verbs/begin.ts') }],
  ['tick', { by: 'worker', text: true, load: () => import('./verbs/tick.ts') }],
  ['block', { by: 'worker', text: true, load: () => import('./verbs/block.ts') }],
  ['fail', { by: 'worker', text: true, load: () => import('./verbs/fail.ts') }],
  ['ask', { by: 'worker', text: true, load: () => import('./verbs/ask.ts') }],
  ['done', { by: 'worker', load: () => import('./verbs/done.ts') }],
])

/** Called by our own supervisor and by Claude Code; not for people. */
const INTERNAL = new Map<string, () => Promise<Verb>>([
  ['hook', async () => (await import('./verbs/hook.ts')).run],
  ['_settle', async () => (await import('./verbs/internal.ts')).settleAttempt],
  ['_wake', async () => (await import('./verbs/internal.ts')).wake],
  ['_schedule', async () => (await import('./verbs/internal.ts')).startWaiting],
  ['_expire', async () => (await import('./verbs/internal.ts')).expire],
  ['_suite', async () => (await import('./verbs/run-work.ts')).suite],
  ['_commit', async () => (await import('./verbs/run-work.ts')).commit],
  ['_verify', async () => (await import('./verbs/run-work.ts')).verify],
  ['_bootstrap', async () => (await import('./verbs/internal.ts')).bootstrap],
])

/** Undefined where it was removed: a worktree that is gone, say. */
function currentFolder(): string | undefined {
  try {
    return process.cwd()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

const io: VerbIo = {
  env: process.env,
  cwd: currentFolder() ?? '',
  stdout: (text) => write(1, text),
  stderr: (text) => write(2, text),
  stdin: pipedIn,
}

/** The oldest Node that the bundle is built for. */
const NODE = [20, 19] as const

function checkNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > NODE[0] || (major === NODE[0] && minor >= NODE[1])) return
  throw new DispatchError(EXIT.missing, {
    what: 'this Node.js is too old',
    expected: `${NODE.join('.')} or newer`,
    found: process.versions.node,
    next: 'Install a newer one, and have it first on the PATH.',
  })
}

async function main([word, ...argv]: string[]): Promise<number> {
  checkNode()
  if (io.cwd === '') {
    // A hook must never stop a session.
    if (word === 'hook') return EXIT.ok
    throw new DispatchError(EXIT.no, {
      what: 'the current folder is gone',
      next: 'Change to one that is there, then run the same command again.',
    })
  }
  const internal = INTERNAL.get(word ?? '')
  if (internal !== undefined && word !== 'hook' && io.env.DISPATCH_TASK !== undefined)
    throw new DispatchError(EXIT.no, { what: `${word} is not for workers` })
  if (internal !== undefined) return (await internal())(argv, io)
  if (word === undefined || word === 'help' || word === '--help' || word === '-h') return showHelp()
  if (word === '--version') return (await import('./verbs/version.ts')).run(argv, io)
  const entry = VERBS.get(word)
  if (entry === undefined)
    throw new DispatchError(EXIT.usage, {
      what: `there is no verb ${JSON.stringify(word)}`,
      next: 'See: dispatch --help',
    })
  const { run, help } = await entry.load()
  if (entry.text ? argv[0] === '--help' : argv.includes('--help') && !isData(argv, '--help')) {
    io.stdout(help)
    return EXIT.ok
  }
  if (entry.by === 'lead' && io.env.DISPATCH_TASK !== undefined)
    throw new DispatchError(EXIT.no, {
      what: `${word} is the lead's; a worker has: ${[...VERBS].flatMap(([name, { by }]) => (by === 'lead' ? [] : [name])).join(', ')}`,
    })
  return run(argv, io)
}

/** After `--` everything is text. */
const isData = (argv: string[], word: string) =>
  argv.includes('--') && argv.indexOf('--') < argv.indexOf(word)

async function showHelp(): Promise<number> {
  const modules = await Promise.all([...VERBS.values()].map(({ load }) => load()))
  const lines = modules.map(({ help }) => help.split('\n')[0])
  io.stdout(`${lines.join('\n')}\n\nMore: dispatch <verb> --help\n`)
  return EXIT.ok
}

/** They leave nothing that would be waited for, and taking down in good order what is thrown away takes their time. */
const HOT = new Set(['hook', 'plan', 'begin', 'tick', 'block', 'fail', 'ask', 'done', 'status'])

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
    if (HOT.has(process.argv[2] ?? '')) process.exit()
  },
  (error: unknown) => {
    if (error instanceof DispatchError) {
      io.stderr(harmlessLines(`dispatch: ${error.message}\n`))
      process.exitCode = error.exit
      return
    }
    io.stderr(
      `dispatch: this is a bug of dispatch; please report it with the lines below.\n${error instanceof Error ? error.stack : String(error)}\n`,
    )
    process.exitCode = EXIT.bug
  },
)
