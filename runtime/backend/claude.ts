/** Claude Code, headless: `claude -p` with the prompt on standard input and a conversation that can be resumed. */
import type { Backend, LaunchRequest } from './backend.ts'
import { loggedIn } from './claude-ask.ts'
import { claudeReader } from './claude-log.ts'
import { classifyClaude } from './claude-log-failure.ts'
import { claudeTranscript } from './claude-log-transcript.ts'
import { rightsFor } from './claude-rights.ts'
import { removeRedirection, removeStubs } from './claude-rights-stubs.ts'
import { findCli } from './program.ts'

/** A shell call of the worker may take this much longer than `dispatch ask` waits (ms). */
const MARGIN = 30_000

export const claude: Backend = {
  name: 'claude',
  program: 'claude',
  install: 'npm install -g @anthropic-ai/claude-code',
  resumes: true,
  // At its start it rewrites ~/.claude.json and may renew its login; both were lost by several at once (docs/adr/0014).
  spacing: 300,
  budget: 'held',

  find(model, env) {
    return findCli(['claude'], this.install, model, env)
  },

  async plan(request) {
    const { model, session, resume, budgetUsd, askTimeout } = request
    const client = [this.find(model, request.env), ...(model.command ?? []).slice(1)]
    const { wrapper, argv, notice, ...rights } = await rightsFor(request, client)
    return {
      ...rights,
      argv: [
        ...wrapper,
        ...client,
        ...['-p', '--output-format', 'stream-json', '--verbose'],
        ...(resume === undefined ? ['--session-id', session] : ['--resume', resume]),
        ...(model.id === undefined ? [] : ['--model', model.id]),
        ...(model.effort === undefined ? [] : ['--effort', model.effort]),
        ...(budgetUsd === undefined ? [] : ['--max-budget-usd', String(budgetUsd)]),
        ...argv,
      ],
      env: { ...shellLimits(askTimeout), ...retries(request.env), ...rights.env },
      ...(notice === undefined ? {} : { notice }),
    }
  },

  tidy({ cwd, gitDirs, since, others, containment }) {
    if (containment !== 'sandbox') return
    // First, because git would be led astray.
    removeRedirection(cwd, since)
    removeStubs(cwd, gitDirs(), others)
  },

  reader: claudeReader,
  classify: classifyClaude,
  transcript: claudeTranscript,
  ask: { loggedIn },
}

/**
 * Left alone it repeats a failing request for three minutes. With four retries (about 8 seconds; fewer would do away
 * with its own third try when a model is overloaded) it ends soon, and the task waits and goes on by itself.
 */
const retries = ({ CLAUDE_CODE_MAX_RETRIES }: LaunchRequest['env']) => ({
  CLAUDE_CODE_MAX_RETRIES: CLAUDE_CODE_MAX_RETRIES ?? '4',
})

/** The client ends a shell command after two minutes unless it is told otherwise; a worker may ask for up to ten. */
const shellLimits = (askTimeout: LaunchRequest['askTimeout']) => ({
  BASH_DEFAULT_TIMEOUT_MS: String(Math.max(120_000, askTimeout + MARGIN)),
  BASH_MAX_TIMEOUT_MS: String(Math.max(600_000, askTimeout + MARGIN)),
})
