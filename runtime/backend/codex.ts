/** Codex, headless: `codex exec` with the prompt on standard input, one JSON event a line, a thread that can be resumed. */
import { join } from 'node:path'
import { statIfThere } from '../io/stat.ts'
import type { Backend } from './backend.ts'
import { loggedIn, models } from './codex-ask.ts'
import { codexReader } from './codex-log.ts'
import { classifyCodex } from './codex-log-failure.ts'
import { codexTranscript } from './codex-log-transcript.ts'
import { rightsFor } from './codex-rights.ts'
import { tidyCodex } from './codex-tidy.ts'
import { settings } from './codex-toml.ts'
import { findCli } from './program.ts'

/** As settings, not as flags: a flag for a feature that another version does not know ends that version. */
const QUIET = settings({
  'analytics.enabled': false,
  // It would ask a server for its list of plugins.
  'features.plugins': false,
  // It would wait for a network for ever.
  'features.unbounded_connection_retries': false,
})

export const codex: Backend = {
  name: 'codex',
  program: 'codex',
  install: 'npm install -g @openai/codex',
  resumes: true,
  // At its start it opens its databases and may renew a login that is good for one renewal (docs/adr/0014).
  spacing: 500,

  find(model, env) {
    return findCli(['codex'], this.install, model, env)
  },

  async plan(request) {
    const { model, resume, places } = request
    const client = [this.find(model, request.env), ...(model.command ?? []).slice(1)]
    const { argv, ...rights } = await rightsFor(request, client)
    return {
      ...rights,
      argv: [
        ...client,
        'exec',
        ...(resume === undefined ? [] : ['resume', resume]),
        ...['--json', '--skip-git-repo-check', ...QUIET],
        ...(model.id === undefined ? [] : ['--model', model.id]),
        ...(model.effort === undefined ? [] : settings({ model_reasoning_effort: model.effort })),
        ...argv,
        '-',
      ],
      hint: hintFor(places.cwd),
    }
  },

  tidy: tidyCodex,
  reader: codexReader,
  classify: classifyCodex,
  transcript: codexTranscript,
  ask: { models, loggedIn },
}

/**
 * A shell call hands back after 30 seconds at most (measured), and what still runs when the turn ends is ended with it.
 * And it takes no instructions from a repository whose settings it is not to take.
 */
const hintFor = (cwd: string) =>
  [
    'A command that is still running when your shell call returns (`dispatch ask` waits for minutes) goes on only as long as your turn does: wait for it with `write_stdin`, no characters and the longest `yield_time_ms`, until it has exited.',
    ...['AGENTS.override.md', 'AGENTS.md']
      .filter((name) => statIfThere(join(cwd, name)) !== undefined)
      .slice(0, 1)
      .map(
        (name) => `Read ${name} before you begin: the repository's instructions were not given to you yet.`,
      ),
  ].join('\n')
