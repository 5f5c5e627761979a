/** A shell call as Codex logs it: the command that the model wrote, and what the sandbox refused of it. */
import { type Json, number, text } from './claude-log-event.ts'

const LONGEST = 80

/** The command without the shell around it: `/bin/bash -c '…'`. */
export function commandIn(item: Json): string {
  const whole = text(item.command) ?? ''
  const script = /^\S*sh -l?c ([\s\S]+)$/.exec(whole)?.[1]
  return script === undefined ? whole : unquoted(script)
}

const QUOTED = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([\s\S])/g
const unquoted = (words: string) =>
  words.replace(
    QUOTED,
    (_, single?: string, double?: string, escaped?: string, plain?: string) =>
      single ?? double?.replace(/\\([$`"\\\n])/g, '$1') ?? escaped ?? plain ?? '',
  )

/** strerror(EROFS) and strerror(EPERM) where a program's message ends with them, and as Node and Python say them. */
const REFUSED =
  /: (Read-only file system|Operation not permitted)$|EROFS: read-only file system|\[Errno 30\] Read-only file system|\[Errno 1\] Operation not permitted/m
const NETWORK = /Network access to "([^"]+)" was blocked/g

/**
 * `shell(git push)`, `network: example.com`. Only of a command that failed, so that one which prints such words is not
 * taken for one that was refused. A command that is refused at once is not logged at all.
 */
export function refusalsIn(item: Json): string[] {
  const said = text(item.aggregated_output) ?? ''
  const hosts = [...said.matchAll(NETWORK)].map(([, host = '']) => `network: ${host}`)
  if (hosts.length > 0) return hosts
  return (number(item.exit_code) ?? 0) !== 0 && REFUSED.test(said) ? [labelOf(item)] : []
}

function labelOf(item: Json): string {
  const first = [...(commandIn(item).split('\n')[0] ?? '')]
  return `shell(${first.length > LONGEST ? `${first.slice(0, LONGEST - 1).join('')}…` : first.join('')})`
}
