import { basename } from 'node:path'
import { dispatchHome } from '../config/home.ts'
import { misused, refused } from '../io/errors.ts'
import { statIfThere } from '../io/stat.ts'
import { advance } from '../run/advance.ts'
import { contextOf } from '../run/apply.ts'
import { runPaths } from '../run/paths.ts'
import { startRun } from '../run/start.ts'
import { findSpec } from '../spec/find.ts'
import { checkFormat, foreign, isRegistered, rootFor } from '../task/root.ts'
import { recordSession, sessionId } from '../watch/session.ts'
import { findRepository } from '../worktree/repository.ts'
import { nothingMore, parse, usageOf } from './args.ts'
import { PATIENCE } from './next.ts'
import { printStand } from './step-text.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch run [spec] [--policy spec] [--base REV] [--json]   begins or continues a run, and prints its next step

Without a name: the newest active spec. On a branch of its own, feat/<spec>, from the default branch or from --base.
Example: dispatch run specs/active/cache
`

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(
    argv,
    { policy: { type: 'string' }, base: { type: 'string' }, json: { type: 'boolean' } },
    help,
  )
  nothingMore(positionals.slice(1), help)
  if (values.policy !== undefined && values.policy !== 'spec')
    throw misused({ what: `there is no policy ${values.policy}`, expected: 'spec', next: usageOf(help) })
  const repository = findRepository(io.cwd)
  if (repository === undefined || repository.bare)
    throw refused({
      what: 'a spec is carried out in a git repository with files, and this is none',
      where: io.cwd,
    })
  const top = repository.here
  const spec = findSpec(top, positionals[0], io.cwd)
  const home = dispatchHome(io.env)
  const root = rootFor(io.env, io.cwd)
  checkFormat(root)
  if (statIfThere(root) !== undefined && !isRegistered(home, root)) throw foreign(root)
  const where = { root, name: basename(spec.folder), top, home }
  const { isNew, notices } = await startRun({
    ...where,
    spec,
    base: values.base,
    session: sessionId(io.env),
    env: io.env,
  })
  recordSession(root, io.env)
  const stand = await advance(contextOf(where, io.env), PATIENCE)
  for (const line of notices) io.stderr(`${line}\n`)
  if (!values.json) {
    const { panel } = await import('../run/panel.ts')
    io.stdout(`${panel(stand.facts, { isNew }).join('\n')}\n\n`)
  }
  await printStand(stand, { root, top, paths: runPaths(root, where.name) }, values.json === true, io)
  return 0
}
