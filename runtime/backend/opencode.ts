/**
 * opencode, headless: `opencode run` with the prompt on standard input, one JSON event a line, a conversation that can
 * be resumed. Its complaints go into the log, too: some of what it fails of it says only there.
 */
import { basename, join } from 'node:path'
import { statIfThere } from '../io/stat.ts'
import type { Backend, LaunchRequest } from './backend.ts'
import { containIn, tidyContained } from './contain.ts'
import { withMounts } from './contain-home.ts'
import { realPlaces } from './contain-site.ts'
import { loggedIn, modelsOf, QUIET } from './opencode-ask.ts'
import { opencodeHome, opencodeMounts } from './opencode-home.ts'
import { opencodeReader } from './opencode-log.ts'
import { classifyOpencode } from './opencode-log-failure.ts'
import { opencodeTranscript } from './opencode-log-transcript.ts'
import { refusePlugins } from './opencode-plugins.ts'
import { AGENT, commonRules, opencodeSettings } from './opencode-rights.ts'
import { findCli } from './program.ts'

/** A shell call of the worker may take this much longer than `dispatch ask` waits (ms). */
const MARGIN = 30_000

export const opencode: Backend = {
  name: 'opencode',
  program: 'opencode',
  install: 'npm install -g opencode-ai',
  resumes: true,
  // At its start it migrates and opens one database for all; who finds it locked ends (docs/adr/0014).
  spacing: 1500,
  budget: 'told',

  find(model, env) {
    return findCli(['opencode'], this.install, model, env)
  },

  async plan(request) {
    const { model, resume, profile, places, env } = request
    const { wrapper, containment, notice, env: held } = await containIn(request, { writable: [] })
    if (containment !== 'sandbox') refusePlugins(places.cwd)
    const mounts = containment === 'sandbox' ? opencodeMounts(opencodeHome(env), places.task) : []
    return {
      argv: [
        ...TOGETHER,
        ...withMounts(wrapper, mounts),
        ...[this.find(model, env), ...(model.command ?? []).slice(1)],
        ...['run', '--format', 'json', '--print-logs', '--log-level', 'ERROR'],
        ...(profile === 'full' ? ['--auto'] : ['--agent', AGENT]),
        ...(resume === undefined ? ['--title', basename(places.task)] : ['--session', resume]),
        ...(model.id === undefined ? [] : ['--model', model.id]),
        ...(model.effort === undefined ? [] : ['--variant', model.effort]),
      ],
      env: { ...held, ...environment(request, containment) },
      containment,
      ...(notice === undefined ? {} : { notice }),
    }
  },

  tidy: tidyContained,
  reader: opencodeReader,
  classify: classifyOpencode,
  transcript: opencodeTranscript,
  ask: { models: modelsOf, loggedIn },
}

/** Standard error into the log. */
const TOGETHER = ['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh']

/** What opencode reads of a project for the model, the first that is there. */
const INSTRUCTIONS = ['AGENTS.md', 'CLAUDE.md', 'CONTEXT.md']

function environment(
  { profile, places, env, askTimeout }: LaunchRequest,
  containment: 'sandbox' | 'allow-list' | 'none',
): Record<string, string> {
  const site = realPlaces(places)
  const settings = opencodeSettings({
    containment,
    profile,
    places: site,
    instructions: INSTRUCTIONS.map((name) => join(site.cwd, name))
      .filter((path) => statIfThere(path) !== undefined)
      .slice(0, 1),
    inherited: env.OPENCODE_CONFIG_CONTENT,
  })
  return {
    ...QUIET,
    OPENCODE_CONFIG_CONTENT: JSON.stringify(settings),
    OPENCODE_PERMISSION: JSON.stringify(commonRules(containment, profile, site)),
    // Two minutes otherwise; a model that names its own limit gets that.
    OPENCODE_EXPERIMENTAL_BASH_DEFAULT_TIMEOUT_MS: String(Math.max(120_000, askTimeout + MARGIN)),
  }
}
