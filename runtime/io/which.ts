/** Finds a program the way a shell does, except that nothing of the current directory is ever found. */
import { accessSync, constants, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { errorCode } from './errors.ts'

/**
 * The absolute path of a program, or undefined. `name` may be an absolute path itself. Relative and empty entries of
 * the PATH (and relative paths as names) are passed over: they would run something that a repository brought.
 */
export function findProgram(name: string, env: NodeJS.ProcessEnv): string | undefined {
  if (name.includes('/')) return isAbsolute(name) && isExecutable(name) ? name : undefined
  if (name === '') return undefined
  return (env.PATH ?? '')
    .split(':')
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

/** The ways in which a path on the PATH can be no program, without anything being wrong. */
const NO_PROGRAM = ['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']

function isExecutable(path: string): boolean {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false
    accessSync(path, constants.X_OK)
    return true
  } catch (error) {
    if (NO_PROGRAM.includes(errorCode(error) ?? '')) return false
    throw error
  }
}
