/** Where the modules of a work tree lie, and the test files in them. */

import { join } from 'node:path'
import { dirname } from 'node:path/posix'
import { askGit } from '../../io/git.ts'
import { readIfThere } from '../../io/reading.ts'
import { statIfThere } from '../../io/stat.ts'

/** Folders that go does not look into. */
export const IGNORED = /(?:^|\/)(?:testdata|vendor|[._][^/]+)\//

/** The folder (relative) of the module that a folder belongs to. */
export function moduleOf(top: string, folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (statIfThere(join(top, at, 'go.mod')) !== undefined || at === '.') return at
  }
}

/** What the module calls itself. */
export const pathOf = (top: string, module: string) =>
  /^module\s+"?([^\s"]+)/m.exec(readIfThere(join(top, module, 'go.mod')) ?? '')?.[1] ?? ''

const listed = (top: string, ...patterns: string[]) =>
  askGit(top, ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...patterns])
    ?.split('\0')
    .filter(Boolean) ?? []

export function modulesIn(top: string): string[] {
  const found = listed(top, 'go.mod', '*/go.mod')
    .filter((path) => !IGNORED.test(path))
    .map((path) => dirname(path))
  return found.length === 0 ? ['.'] : found
}

/** With their texts. */
export const testFilesIn = (top: string, module: string) =>
  new Map(
    listed(top, module === '.' ? '*_test.go' : `${module}/*_test.go`).flatMap((file) => {
      const text = readIfThere(join(top, file))
      return text === undefined ? [] : [[file, text] as const]
    }),
  )
