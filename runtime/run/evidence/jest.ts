/** jest, as it is installed in the project; its JSON report goes to a folder that no test knows. */
import { join } from 'node:path'
import { temporaryFolder } from '../../io/folders.ts'
import { removeAll } from '../../io/handling.ts'
import { readIfThere } from '../../io/reading.ts'
import { environmentFor, execute } from './execute.ts'
import { withBroken } from './js-broken.ts'
import { configurationOf, fingerprintOf, ownProgram, relevantPackage } from './js-project.ts'
import { readJestReport } from './js-report.ts'
import { readJs } from './js-text.ts'
import type { Outcome, Runner, RunnerContext, RunRequest } from './runner.ts'

const CONFIGURATION =
  /(?:^|\/)(?:jest[.-](?:config|setup|preset|environment|resolver)[\w.-]*|ts-jest[\w.-]*)$/
/** jest's own default of `testMatch`. */
const TEST = /(?:\.|^|\/)(?:test|spec)\.[cm]?[jt]sx?$|(?:^|\/)__tests__\/(?:.*\/)?[^/]+\.[cm]?[jt]sx?$/

export function jestRunner({ top: root, commit, env }: RunnerContext): Runner {
  return {
    name: 'jest',
    isTest: (path) => TEST.test(path),
    isConfiguration: configurationOf(root, commit, CONFIGURATION),
    relevant: relevantPackage,
    fingerprint: (top) =>
      fingerprintOf(top, [
        'jest',
        'jest-cli',
        '@jest/core',
        'jest-circus',
        'jest-runtime',
        'jest-runner',
        'expect',
      ]),
    read: (path, text, units) => readJs(path, text, root, units),
    run: (request) => run({ ...request, env: { ...env, ...request.env } }),
  }
}

const escaped = (path: string) => path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

async function run(request: RunRequest): Promise<Outcome> {
  const { top, files, timeout } = request
  const folder = temporaryFolder('run-')
  const report = join(folder, 'report.json')
  try {
    const command = [
      ownProgram(top, 'jest'),
      ...['--ci', '--json', `--outputFile=${report}`, '--colors=false', '--watchAll=false'],
      // Whatever the configuration says, all is run to its end, and nothing is written beside the tests.
      ...['--bail=0', '--coverage=false', '--forceExit', '--notify=false'],
      ...(files === undefined ? [] : ['--passWithNoTests=false']),
      // As patterns: named by path, a file would be run although the project's patterns leave it out.
      ...(files ?? []).map((file) => `^${escaped(join(top, file))}$`),
    ]
    const env = environmentFor(request.env, { CI: '1', NODE_ENV: 'test' })
    const { exit, timedOut, output } = await execute(command, { cwd: top, env, timeout })
    const found = withBroken(readJestReport(timedOut ? undefined : readIfThere(report), request), request)
    return { ...found, exit, timedOut, output, command }
  } finally {
    removeAll(folder)
  }
}
