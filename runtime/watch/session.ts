/** Claude Code sessions and what each was told: sessions/<id>/. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { makeFolder, namesIn } from '../io/folders.ts'
import { ancestors, here, type Identity, isAlive, withEnvironment } from '../io/processes.ts'
import { publish, replace } from '../io/publishing.ts'
import { readFrom } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'
import { sessionsFolder } from '../task/directory.ts'

/** A person at a terminal is a session of this name. */
export const TERMINAL = 'terminal'

export const sessionId = (env: NodeJS.ProcessEnv): string | undefined =>
  env.CLAUDE_CODE_SESSION_ID || undefined

const folderOf = (root: string, session: string) =>
  join(
    sessionsFolder(root),
    /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(session)
      ? session
      : createHash('sha256').update(session).digest('hex').slice(0, 32),
  )

/** Records which process a session is, so that others can tell when it is gone. */
export function recordSession(root: string, env: NodeJS.ProcessEnv): void {
  const session = sessionId(env)
  const client = clientOf(env)
  if (session !== undefined && client !== undefined) put(root, session, 'client', client)
}

/**
 * The client whose shell runs us. Clients before CLAUDE_PID (2.1.197) do not say: there it is the first process above
 * us that does not have the variables which a client gives to its shell.
 */
function clientOf(env: NodeJS.ProcessEnv): Identity | undefined {
  const session = sessionId(env)
  if (session === undefined) return undefined
  const pid = Number(env.CLAUDE_PID)
  if (Number.isInteger(pid) && pid > 1) {
    const start = here.startOf(pid)
    return start === undefined ? undefined : { pid, start }
  }
  const shells = withEnvironment(`CLAUDE_CODE_SESSION_ID=${session}`).map((shell) => shell.pid)
  return ancestors().find((ancestor) => !shells.includes(ancestor.pid))
}

/** Is there still somebody to tell? A command in the background can outlive its client. */
export function listensFor(env: NodeJS.ProcessEnv): () => boolean {
  const client = clientOf(env)
  return () => client === undefined || isAlive(client)
}

/**
 * `/clear` began this session in a client that had others before. Hooks are not told which process the client is, so
 * it is looked for among the processes above us.
 */
export function recordCleared(root: string, session: string): void {
  const known = sessionFolders(root).map((folder) => readRecord(join(folder, 'client')))
  const client = ancestors().find(({ pid, start }) => known.includes(`${pid} ${start}\n`))
  if (client !== undefined) put(root, session, 'client', client)
}

const sessionFolders = (root: string) =>
  namesIn(sessionsFolder(root)).map((name) => join(sessionsFolder(root), name))

/** Is the client of that session known and alive? */
export const isSessionAlive = (root: string, session: string) => holds(folderOf(root, session), 'client')

/** Its client is known, and is no more. One that nobody recorded may well live. */
export const isSessionGone = (root: string, session: string) =>
  readRecord(join(folderOf(root, session), 'client')) !== undefined && !isSessionAlive(root, session)

/**
 * This session and those before it in the same client (`/clear` begins a new one): who told one told all.
 * Returns folders.
 */
function sameClient(root: string, session: string): string[] {
  const own = folderOf(root, session)
  const client = readRecord(join(own, 'client'))
  if (client === undefined) return [own]
  return [
    own,
    ...sessionFolders(root).filter(
      (folder) => folder !== own && readRecord(join(folder, 'client')) === client,
    ),
  ]
}

export const isSameClient = (root: string, session: string, other: string) =>
  sameClient(root, session).includes(folderOf(root, other))

/** The session's monitor runs: it is told without asking. */
export const isWatched = (root: string, session: string) =>
  sameClient(root, session).some((folder) => holds(folder, 'watch'))

/** The session has a command in the background that ends when there is something to tell. */
export const isWaiting = (root: string, session: string) =>
  sameClient(root, session).some((folder) => holds(folder, 'wait'))

/** Says that this very process is the session's monitor, or its command in the background. */
export function recordListener(root: string, session: string, as: 'watch' | 'wait'): void {
  const start = here.startOf(process.pid)
  if (start !== undefined) put(root, session, as, { pid: process.pid, start })
}

/** Of several monitors of a session (each of two skills starts one) the newest that lives tells; the others are silent. */
export function isTeller(root: string, session: string): boolean {
  const folder = folderOf(root, session)
  if (!holds(folder, 'watch')) recordListener(root, session, 'watch')
  return readRecord(join(folder, 'watch')) === `${process.pid} ${here.startOf(process.pid)}\n`
}

function put(root: string, session: string, name: string, { pid, start }: Identity): void {
  const folder = folderOf(root, session)
  makeFolder(folder)
  const text = `${pid} ${start}\n`
  const path = join(folder, name)
  // What is there and is no file stays; then nobody knows of this process, which is no harm.
  const stat = statIfThere(path)
  if (stat === undefined || (stat.isFile() && readRecord(path) !== text)) replace(path, text)
}

/** These lines are short, and may be damaged like any other file. */
const readRecord = (path: string): string | undefined =>
  statIfThere(path)?.isFile() ? readFrom(path, 0, 200).toString('utf8') : undefined

function holds(folder: string, name: string): boolean {
  const [, pid, start] = /^(\d+) (.+)\n$/.exec(readRecord(join(folder, name)) ?? '') ?? []
  return start !== undefined && isAlive({ pid: Number(pid), start })
}

export const wasTold = (root: string, session: string, key: string) =>
  sameClient(root, session).some((folder) => statIfThere(join(folder, 'told', key)) !== undefined)

/** Was any session told, whichever client it ran in? */
export function toldToAnybody(root: string): (key: string) => boolean {
  const folders = sessionFolders(root).map((folder) => join(folder, 'told'))
  return (key) => folders.some((folder) => statIfThere(join(folder, key)) !== undefined)
}

/** Marked after it was printed: told at least once, never lost. */
export function markTold(root: string, session: string, key: string): void {
  makeFolder(join(folderOf(root, session), 'told'))
  publish(join(folderOf(root, session), 'told', key), '')
}
