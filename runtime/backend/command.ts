/** Any program of the user's own: its words come from config.yaml, the prompt on standard input, its log is text. */
import { missing } from '../io/errors.ts'
import { findProgram } from '../io/which.ts'
import type { Backend, LogReader } from './backend.ts'
import { plainEnd } from './ends.ts'

export const command: Backend = {
  name: 'command',
  program: undefined,
  install: 'set backends.<name>.command in config.yaml',
  resumes: false,

  find({ name, command: [program = ''] = [] }, env) {
    const path = findProgram(program, env)
    if (path !== undefined) return path
    throw missing({
      what: `${program}: command not found`,
      next: `It is the command of ${name} in config.yaml. Install it, or choose another model.`,
    })
  },

  plan({ model, profile, env }) {
    return Promise.resolve({
      argv: [this.find(model, env), ...(model.command ?? []).slice(1)],
      env: {},
      containment: 'none' as const,
      ...(profile === 'full'
        ? {}
        : {
            notice: `${model.name} is a command of your own: what it may do is up to it, not to the profile ${profile}.`,
          }),
    })
  },

  reader: textReader,
  classify: plainEnd,
  transcript: (line) => line,
}

/** Plain text: the last paragraph that was printed is the last message. */
function textReader(): LogReader {
  let last: string[] = []
  let ended = false
  return {
    lines(lines) {
      for (const line of lines) {
        if (line.trim() === '') ended = true
        else {
          if (ended) last = []
          ended = false
          last = [...last.slice(-20), line]
        }
      }
    },
    facts: () => ({
      session: undefined,
      finalText: last.length === 0 ? undefined : last.join('\n'),
      tokens: undefined,
      costUsd: undefined,
      denied: [],
      success: undefined,
      failure: undefined,
    }),
  }
}
