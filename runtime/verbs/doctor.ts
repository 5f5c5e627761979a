/** What is here, what is missing, and what to do about it. Programs are run (`--version`), not only looked for. */
import { bubblewrap } from '../backend/claude-rights-offer.ts'
import { findBackend } from '../backend/registry.ts'
import { dispatchHome } from '../config/home.ts'
import { loadConfig } from '../config/load.ts'
import { programFor } from '../config/resolve.ts'
import { DispatchError } from '../io/errors.ts'
import { statIfThere } from '../io/files.ts'
import { runCommand } from '../io/run.ts'
import { findProgram } from '../io/which.ts'
import { adoptRoot, isRegistered, rootFor } from '../task/root.ts'
import { nothingMore, parse } from './args.ts'
import type { Verb, VerbIo } from './verb.ts'

export const help = `dispatch doctor [--json] [--adopt]   what is installed, what is missing; --adopt takes over a state folder from elsewhere

Example: dispatch doctor
`

interface Finding {
  what: string
  ok: boolean
  /** Version, path, or what to do. */
  detail: string
}

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(argv, { json: { type: 'boolean' }, adopt: { type: 'boolean' } }, help)
  nothingMore(positionals, help)
  const root = rootFor(io.env, io.cwd)
  const home = dispatchHome(io.env)
  if (values.adopt) {
    adoptRoot(home, root)
    io.stdout(`Adopted ${root}.\n`)
    return 0
  }
  const findings = [
    ...(await Promise.all([program('git', 'Install git.', io), ...backends(io)])),
    ...(await sandbox(io)),
    configuration(home),
    state(home, root),
  ]
  io.stdout(
    values.json
      ? `${JSON.stringify({ findings })}\n`
      : findings.map(({ what, ok, detail }) => `${ok ? '✓' : '✗'} ${what.padEnd(14)} ${detail}\n`).join(''),
  )
  return findings.every(({ ok, what }) => ok || what === 'claude' || what === 'sandbox') ? 0 : 1
}

const backends = (io: VerbIo): Promise<Finding>[] =>
  ['claude'].map((name) => {
    const { install } = findBackend(name)
    return program(
      programFor(loadQuietly(dispatchHome(io.env)), name) ?? name,
      `Install it: ${install}. \`--model demo\` works meanwhile.`,
      io,
    )
  })

async function program(name: string, install: string, { env, cwd }: VerbIo): Promise<Finding> {
  const path = findProgram(name, env)
  if (path === undefined) return { what: name, ok: false, detail: `not found. ${install}` }
  const { ok, stdout, stderr } = await runCommand([path, '--version'], { cwd, env, timeout: 10_000 })
  return {
    what: name,
    ok,
    detail: ok
      ? `${stdout.split('\n')[0]} (${path})`
      : `${path} does not run: ${(stderr || stdout).split('\n')[0]}`,
  }
}

/** Linux alone needs programs for the client's sandbox, and a kernel that lets them work. */
async function sandbox({ env }: VerbIo): Promise<Finding[]> {
  if (process.platform !== 'linux') return []
  const { bwrap, problem, remedy } = await bubblewrap(env)
  const detail =
    bwrap === undefined ? `${problem}; workers get a list of allowed commands instead. ${remedy}` : 'works'
  return [{ what: 'sandbox', ok: bwrap !== undefined, detail }]
}

function configuration(home: string): Finding {
  try {
    const { path, exists } = loadConfig(home)
    return { what: 'config', ok: true, detail: exists ? path : `none; built-in settings hold (${path})` }
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
    return { what: 'config', ok: false, detail: error.message.replaceAll('\n', '; ') }
  }
}

function loadQuietly(home: string) {
  const { ok } = configuration(home)
  return ok ? loadConfig(home) : loadConfig('/nonexistent')
}

function state(home: string, root: string): Finding {
  if (statIfThere(root) === undefined) return { what: 'state', ok: true, detail: `none yet (${root})` }
  return isRegistered(home, root)
    ? { what: 'state', ok: true, detail: root }
    : {
        what: 'state',
        ok: false,
        detail: `${root} was not created here; nothing in it is run. If it is yours: dispatch doctor --adopt`,
      }
}
