/** `config list` and `config show`: what holds, and what a model's name comes to. */
import { configFacts } from '../config/list.ts'
import { loadConfig } from '../config/load.ts'
import { programFor, resolveModel } from '../config/resolve.ts'
import { findProgram } from '../io/which.ts'
import { printYaml } from '../io/yaml.ts'
import type { Call } from './config-call.ts'

export function list({ home, flags }: Call): string {
  const config = loadConfig(home)
  const facts = configFacts(config)
  if (flags.json) return `${JSON.stringify(facts, null, 2)}\n`
  const { path, exists, older_format: older, ...rest } = facts
  const notes = older.map((sentence) => `# older format: ${sentence}\n`).join('')
  return `# ${path}${exists ? '' : ' (not there yet: these are the built-in settings)'}\n${notes}${printYaml(rest)}`
}

export function show({ home, env, words: [word = ''], flags }: Call): string {
  const config = loadConfig(home)
  const isInstalled = (program: string) => findProgram(program, env) !== undefined
  const choice = resolveModel(config, word, isInstalled)
  const program = programFor(config, choice.group)
  const facts = {
    name: choice.name,
    backend: choice.backend,
    counts_as: choice.group,
    id: choice.id ?? null,
    effort: choice.effort ?? null,
    profile: choice.profile ?? null,
    prompt: choice.prompt ?? null,
    fallback: choice.fallback,
    program: program ?? null,
    installed: program === undefined || isInstalled(program),
  }
  return flags.json ? `${JSON.stringify(facts, null, 2)}\n` : printYaml(facts)
}
