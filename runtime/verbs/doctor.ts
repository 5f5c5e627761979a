/** What is here, what is missing, and what to do about it. Programs are run (`--version`), not only looked for. */
import { bubblewrap } from '../backend/claude-rights-offer.ts'
import { dispatchHome } from '../config/home.ts'
import { parseConfig } from '../config/load.ts'
import { runCommand } from '../io/run.ts'
import { statIfThere } from '../io/stat.ts'
import { findProgram } from '../io/which.ts'
import { adoptRoot, isRegistered, rootFor } from '../task/root.ts'
import { nothingMore, parse } from './args.ts'
import { cliFindings } from './doctor-clis.ts'
import { configFinding } from './doctor-config.ts'
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
  const { config, finding } = configFinding(home)
  const [git, clis, sandboxed] = await Promise.all([
    program('git', 'Install git.', io),
    cliFindings(config ?? { ...parseConfig('', ''), path: '', exists: false }, home, io.env),
    sandbox(io),
  ])
  const needed = [git, finding, state(home, root)]
  const findings = [git, ...clis, ...sandboxed, ...needed.slice(1)]
  io.stdout(
    values.json
      ? `${JSON.stringify({ findings })}\n`
      : findings.map(({ what, ok, detail }) => `${ok ? '✓' : '✗'} ${what.padEnd(10)} ${detail}\n`).join(''),
  )
  if (!values.json && !clis.some(({ version }) => version !== null))
    io.stdout('No AI CLI works here. One is enough; `--model demo` works meanwhile.\n')
  return needed.every(({ ok }) => ok) ? 0 : 1
}

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
