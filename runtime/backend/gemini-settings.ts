/** The user's settings of Gemini CLI as a contained worker sees them: theirs, with what a worker needs otherwise. Pure. */
import { isJson, type Json, number } from './claude-log-event.ts'

/** The CLI's own limit for a shell command that prints nothing (s). */
const SILENCE = 300
/** A shell call may take this much longer than `dispatch ask` waits (s). */
const MARGIN = 30
/** By itself it tries ten times, up to four minutes, and nobody learns why; trying again later is the runtime's. */
const ATTEMPTS = 3

/** @param askTimeout how long `dispatch ask` wants to wait (ms) */
export function workerSettings(settings: Json, askTimeout: number): Json {
  const { general, tools } = { general: part(settings.general), tools: part(settings.tools) }
  const shell = part(tools.shell)
  const silence = number(shell.inactivityTimeout) ?? SILENCE
  return {
    ...settings,
    general: {
      ...general,
      maxAttempts: Math.min(number(general.maxAttempts) ?? ATTEMPTS, ATTEMPTS),
      enableAutoUpdate: false,
      enableAutoUpdateNotification: false,
    },
    tools: {
      ...tools,
      exclude: [...(Array.isArray(tools.exclude) ? tools.exclude : []), 'web_fetch', 'google_web_search'],
      shell: {
        ...shell,
        inactivityTimeout: silence <= 0 ? silence : Math.max(silence, Math.ceil(askTimeout / 1000) + MARGIN),
      },
    },
    mcpServers: {},
    // The variables of a `.env` of the repository, which it reads once it trusts the folder.
    advanced: { ...part(settings.advanced), ignoreLocalEnv: true },
  }
}

/** How long `dispatch ask` may wait with the user's own settings (ms); undefined: as long as it wants. */
export function askLimitOf(settings: Json | undefined): number | undefined {
  const silence = number(part(part(settings?.tools).shell).inactivityTimeout) ?? SILENCE
  return silence <= 0 ? undefined : Math.max(1, silence - MARGIN) * 1000
}

const part = (value: unknown): Json => (isJson(value) ? value : {})

/** Line and block comments become blanks, except in strings. */
export const withoutComments = (text: string) =>
  text.replace(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (found) =>
    found.startsWith('"') ? found : found.replace(/\S/g, ' '),
  )
