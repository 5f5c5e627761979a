/** The user's command on a merged tree: the one text that a shell runs. Nothing that it started is left running. */
import { refused } from '../io/errors.ts'
import { runLogged } from '../io/logged.ts'
import { replace } from '../io/publishing.ts'
import { readFrom } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'
import { cleanEnvironment } from './environment.ts'
import { sweep } from './sweep.ts'

export interface Verification {
  id: string
  command: string
  cwd: string
  env: NodeJS.ProcessEnv
  /** Written anew; holds all that it prints. */
  log: string
  /** By which what it starts is known. */
  mark: string
}

/** @throws exit 1 with its last lines */
export async function verify({ id, command, cwd, env, log, mark }: Verification): Promise<void> {
  replace(log, '')
  const own = { ...cleanEnvironment(env), DISPATCH_MARK: mark }
  const { code, signal } = await runLogged(['/bin/sh', '-c', command], { cwd, env: own, log })
  await sweep({ mark })
  if (code === 0) return
  throw refused({
    what: `the merged tree did not pass (${signal ?? `exit ${code}`}), so nothing was landed: ${command}`,
    where: log,
    found: lastLines(log),
    next: `The merge stays in ${cwd}. To have it mended: dispatch resume ${id} --answer "…", then land it again.`,
  })
}

/** Bytes of the end of the log that are looked at. */
const TAIL = 4096

function lastLines(log: string): string {
  const size = statIfThere(log)?.size ?? 0
  const text = readFrom(log, Math.max(0, size - TAIL)).toString('utf8')
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const shown = lines.slice(-5).map((line) => line.trim().slice(0, 200))
  return shown.join(' / ') || 'no output'
}
