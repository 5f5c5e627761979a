/**
 * Cursor's agent, headless. No server but Cursor's own answers it, so that this follows its documentation and was
 * tried on a stand-in alone: docs/backends.md says what is believed.
 */
import { join } from 'node:path'
import { userHome } from '../config/home.ts'
import { missing, refused } from '../io/errors.ts'
import { namesIn } from '../io/folders.ts'
import { runCommand } from '../io/run.ts'
import { realPath, statIfThere } from '../io/stat.ts'
import type { Backend, LaunchPlan, LaunchRequest } from './backend.ts'
import { containIn, tidyContained } from './contain.ts'
import { homeMounts, withMounts } from './contain-home.ts'
import { cursorReader } from './cursor-log.ts'
import { classifyCursor } from './cursor-log-failure.ts'
import { cursorTranscript } from './cursor-log-transcript.ts'
import { findCli } from './program.ts'

/** It puts a shell command into the background after half a minute, unless the model asked for more (ms). */
const ASK_LIMIT = 25_000
/** How long it may think about what it is asked (ms). */
const PATIENCE = 10_000

/** The installer makes both; the first is not likely to be something else. */
const NAMES = ['cursor-agent', 'agent']

export const cursor: Backend = {
  name: 'cursor',
  program: 'agent',
  install: 'curl https://cursor.com/install -fsS | bash',
  resumes: true,
  // At its start it writes cli-config.json through one temporary name; the second rename fails (docs/adr/0014).
  spacing: 1000,

  find(model, env) {
    return findCli(NAMES, this.install, model, env)
  },

  async plan(request) {
    const { model, resume, places, env } = request
    const program = this.find(model, env)
    refuseHooks(places.cwd)
    const { wrapper, argv, ...held } = await hold(request)
    return {
      ...held,
      argv: [
        ...wrapper,
        ...[program, ...(model.command ?? []).slice(1)],
        ...['--print', '--output-format', 'stream-json', '--trust', '--workspace', places.cwd],
        ...(resume === undefined ? [] : ['--resume', resume]),
        ...(model.id === undefined ? [] : ['--model', model.id]),
        ...argv,
      ],
      askLimit: ASK_LIMIT,
    }
  },

  tidy: tidyContained,
  reader: cursorReader,
  classify: classifyCursor,
  transcript: cursorTranscript,

  ask: {
    async models(argv, env) {
      const { ok, stdout } = await runCommand([...argv, 'models'], {
        cwd: userHome(env),
        env,
        timeout: PATIENCE,
      })
      const names = stdout.split('\n').flatMap((line) => /^\s*(\S+)\s+-\s/.exec(line)?.[1] ?? [])
      return ok && names.length > 0 ? names : undefined
    },
    async loggedIn(argv, env) {
      if (env.CURSOR_API_KEY) return true
      const { stdout, stderr } = await runCommand([...argv, 'status'], {
        cwd: userHome(env),
        env,
        timeout: PATIENCE,
      })
      const said = stdout + stderr
      if (/not logged in/i.test(said)) return false
      return /logged in/i.test(said) || undefined
    },
  },
}

/** In a folder that it trusts it runs them, and it is trusted here, because otherwise it does nothing at all. */
function refuseHooks(cwd: string): void {
  const path = join(cwd, '.cursor', 'hooks.json')
  if (statIfThere(path) === undefined) return
  throw refused({
    what: 'this repository brings commands that Cursor would run, and it cannot be told not to',
    where: path,
    next: 'Choose another model, or remove that file from the branch.',
  })
}

type Hold = Pick<LaunchPlan, 'containment' | 'notice' | 'env'> & { wrapper: string[]; argv: string[] }

async function hold(request: LaunchRequest): Promise<Hold> {
  const home = userHome(request.env)
  const folder = join(realPath(home) ?? home, '.cursor')
  const written = ['chats', 'projects']
  const { notice, ...held } = await containIn(request, {
    writable: written.map((name) => join(folder, name)),
  })
  if (held.containment === 'none') return { ...held, argv: ['--force', '--sandbox', 'disabled'] }
  if (held.containment === 'sandbox') {
    const mounts = homeMounts({ folder: realPath(folder) ?? folder, names: namesIn(folder), written })
    // A sandbox within this one would keep it from the task's folder.
    return { ...held, wrapper: withMounts(held.wrapper, mounts), argv: ['--force', '--sandbox', 'disabled'] }
  }
  if (request.profile === 'read-only')
    throw missing({
      what: `nothing can hold Cursor read-only here. ${notice ?? ''}`.trim(),
      next: 'Choose another model, or --profile edit.',
    })
  return {
    ...held,
    argv: ['--force', '--sandbox', 'enabled'],
    notice: `${notice} For Cursor that is its own sandbox, which dispatch could not try.`,
  }
}
