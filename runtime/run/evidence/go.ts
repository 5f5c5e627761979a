/** go test: what is a test to it, and what decides about the tests; go-session.ts executes them. */
import { basename } from 'node:path/posix'
import { temporaryFolder } from '../../io/folders.ts'
import { removeAll } from '../../io/handling.ts'
import { IGNORED } from './go-modules.ts'
import { GoSession } from './go-session.ts'
import { readGo } from './go-text.ts'
import type { Runner, RunnerContext } from './runner.ts'

const CONFIGURATION =
  /(?:^|\/)(?:go\.(?:mod|sum|work|work\.sum|env)|vendor\/modules\.txt|\.env(?:\.(?:test|local))?)$/

export function goRunner({ env, checks }: RunnerContext): Runner {
  // Of a configured command what it says beside the packages: build tags, most of all.
  const command =
    checks.runner === 'go' && checks.test
      ? checks.test.filter((word) => !/^\.{1,3}(?:\/|$)/.test(word) && word !== '-json')
      : ['go', 'test']
  return {
    name: 'go test',
    isTest: (path) => path.endsWith('_test.go') && !/^[._]/.test(basename(path)) && !IGNORED.test(`${path}/`),
    isConfiguration: (path) => CONFIGURATION.test(path),
    // What is required of others is no part of how the tests are run; what takes their place is.
    relevant: (path, text) =>
      path.endsWith('go.sum') ? '' : path.endsWith('go.mod') ? withoutRequirements(text) : text,
    read: readGo,
    async run(request) {
      const folder = temporaryFolder('run-')
      try {
        return await new GoSession(command, { ...request, env: { ...env, ...request.env } }, folder).run()
      } finally {
        removeAll(folder)
      }
    },
  }
}

const withoutRequirements = (text: string) =>
  text
    .replace(/^require\s*\([^)]*\)/gm, '')
    .replace(/^require\s.*$/gm, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .join('\n')
