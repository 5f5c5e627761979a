/** Gemini CLI, headless: the prompt on standard input, one JSON event a line, a conversation that can be resumed. */
import { join } from 'node:path'
import { makeFolder } from '../io/folders.ts'
import type { Backend, LaunchPlan, LaunchRequest } from './backend.ts'
import { containIn, tidyContained } from './contain.ts'
import { withMounts } from './contain-home.ts'
import { isInside } from './contain-site.ts'
import { geminiEnvironment, gitIdentity } from './gemini-env.ts'
import { type GeminiHome, geminiHome, hasLogin, mountsOf, writtenBy } from './gemini-home.ts'
import { geminiReader } from './gemini-log.ts'
import { classifyGemini } from './gemini-log-failure.ts'
import { geminiTranscript } from './gemini-log-transcript.ts'
import { policyFor } from './gemini-policy.ts'
import { askLimitOf, workerSettings } from './gemini-settings.ts'
import { findCli } from './program.ts'

export const gemini: Backend = {
  name: 'gemini',
  program: 'gemini',
  install: 'npm install -g @google/gemini-cli',
  resumes: true,
  // At its start it writes projects.json through one temporary name; the second rename fails (docs/adr/0014).
  spacing: 1000,

  find(model, env) {
    return findCli(['gemini'], this.install, model, env)
  },

  async plan(request) {
    const { model, session, resume, places, env } = request
    const home = geminiHome(env)
    const { wrapper, argv, ...held } = await hold(request, home)
    return {
      ...held,
      argv: [
        ...wrapper,
        ...[this.find(model, env), ...(model.command ?? []).slice(1)],
        ...['--output-format', 'stream-json', '--skip-trust'],
        ...(resume === undefined ? ['--session-id', session] : ['--resume', resume]),
        ...(model.id === undefined ? [] : ['--model', model.id]),
        // Its own file tools go no further than its workspace, and the task's folder lies in the main worktree.
        ...(isInside(places.task, places.cwd) ? [] : ['--include-directories', places.task]),
        ...argv,
      ],
      env: {
        ...geminiEnvironment(request, home.env),
        ...held.env,
        ...gitIdentity(places.cwd, { ...env, ...held.env }),
      },
      hint: HINT,
    }
  },

  tidy: tidyContained,
  reader: geminiReader,
  classify: classifyGemini,
  transcript: geminiTranscript,
  // It has no word for it, but says at once when there is none (exit code 41), from these very places.
  ask: { loggedIn: (_, env) => Promise.resolve(hasLogin(geminiHome(env), env)) },
}

const HINT =
  'Your shell tool refuses `$(…)` and backticks in any command, also in quotes and here-documents: text that holds them goes into a file first, `dispatch tick 3 - < note.md`.'

type Hold = Pick<LaunchPlan, 'containment' | 'notice' | 'askLimit' | 'env' | 'files'> & {
  wrapper: string[]
  argv: string[]
}

async function hold(request: LaunchRequest, home: GeminiHome): Promise<Hold> {
  const { profile, places, files, askTimeout } = request
  const { wrapper, containment, notice, env } = await containIn(request, { writable: writtenBy(home) })
  const limit = askLimitOf(home.settings)
  const common = {
    containment,
    env,
    ...(notice === undefined ? {} : { notice }),
    ...(limit === undefined ? {} : { askLimit: limit }),
  }
  if (profile === 'full') return { ...common, env: ownTemporaryFolder(files), wrapper, argv: YOLO }
  if (containment !== 'sandbox') {
    const policy = join(files, 'policy.toml')
    return {
      ...common,
      env: ownTemporaryFolder(files),
      wrapper,
      argv: ['--approval-mode', 'default', '--admin-policy', policy, ...NO_EXTENSIONS],
      files: { [policy]: policyFor(profile, places) },
    }
  }
  // Where the user's own settings cannot be read, the CLI is to say so itself.
  const settings = home.settings === undefined ? undefined : join(files, 'settings.json')
  const { askLimit: _, ...contained } = common
  return {
    ...(settings === undefined ? common : contained),
    wrapper: withMounts(wrapper, mountsOf(home, settings)),
    argv: [...YOLO, ...NO_EXTENSIONS],
    files:
      settings === undefined || home.settings === undefined
        ? {}
        : { [settings]: `${JSON.stringify(workerSettings(home.settings, askTimeout), null, 1)}\n` },
  }
}

/** A socket's whole path has 107 bytes. */
const ROOM_FOR_A_PATH = 70

/** It leaves the conversation that failed in the temporary folder, for everybody to read. */
function ownTemporaryFolder(files: string): Record<string, string> {
  const folder = join(files, 'tmp')
  if (folder.length > ROOM_FOR_A_PATH) return {}
  makeFolder(folder)
  return { TMPDIR: folder }
}

const YOLO = ['--approval-mode', 'yolo']
const NO_EXTENSIONS = ['--extensions', 'none']
