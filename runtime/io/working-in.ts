/** Who works in a folder: processes that have it, or one below it, as their current folder. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readlinkSync } from 'node:fs'
import { errorCode } from './errors.ts'

/** Process ids. Those of other users cannot be seen; where neither /proc nor `lsof` is, none can. */
export function workingIn(folder: string, lsof: () => string = askLsof): number[] {
  const isWithin = (path: string) => path === folder || path.startsWith(`${folder}/`)
  const all = process.platform === 'linux' ? foldersOfAll() : parseLsof(lsof())
  return all.flatMap(({ pid, path }) => (pid !== process.pid && isWithin(path) ? [pid] : []))
}

function foldersOfAll(): { pid: number; path: string }[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      return [{ pid: Number(name), path: readlinkSync(`/proc/${name}/cwd`) }]
    } catch (error) {
      if (['ENOENT', 'EACCES', 'ESRCH', 'EPERM'].includes(errorCode(error) ?? '')) return []
      throw error
    }
  })
}

/** `lsof -F pn`: a line `p<pid>`, then `n<path>`. */
export function parseLsof(output: string): { pid: number; path: string }[] {
  let pid = 0
  return output.split('\n').flatMap((line) => {
    if (line.startsWith('p')) pid = Number(line.slice(1))
    return line.startsWith('n') ? [{ pid, path: line.slice(1) }] : []
  })
}

function askLsof(): string {
  try {
    return execFileSync('lsof', ['-w', '-a', '-d', 'cwd', '-F', 'pn'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch (error) {
    // It exits with 1 where it finds nothing.
    if (errorCode(error) === 'ENOENT') return ''
    if (error instanceof Error && 'stdout' in error) return String(error.stdout)
    throw error
  }
}
