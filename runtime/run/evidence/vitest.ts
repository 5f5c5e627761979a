/** vitest, as it is installed in the project; its JSON report goes to a folder that no test knows. */
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
  /(?:^|\/)(?:vite|vitest)(?:\.[\w-]+)?\.(?:config|workspace|projects|setup)\.(?:[cm]?[jt]s|json)$|(?:^|\/)vitest\.(?:config|workspace|setup|shims)[\w.-]*$|(?:^|\/)vite\.config[\w.-]*$/
const TEST = /(?:\.|^|\/)(?:test|spec)\.[cm]?[jt]sx?$/

export function vitestRunner({ top: root, commit, env }: RunnerContext): Runner {
  return {
    name: 'vitest',
    isTest: (path) => TEST.test(path),
    isConfiguration: configurationOf(root, commit, CONFIGURATION),
    relevant: relevantPackage,
    fingerprint: (top) =>
      fingerprintOf(top, ['vitest', '@vitest/runner', '@vitest/expect', '@vitest/snapshot']),
    read: (path, text, units) => readJs(path, text, root, units),
    run: (request) => run({ ...request, env: { ...env, ...request.env } }),
  }
}

async function run(request: RunRequest): Promise<Outcome> {
  const { top, files, timeout } = request
  const folder = temporaryFolder('run-')
  const report = join(folder, 'report.json')
  try {
    const command = [
      ownProgram(top, 'vitest'),
      'run',
      ...['--reporter=json', `--outputFile=${report}`],
      // Whatever the configuration says, all is run to its end, and nothing is written beside the tests.
      ...['--allowOnly=false', '--bail=0', '--update=false', '--coverage.enabled=false', '--retry=0'],
      ...(files === undefined ? [] : ['--passWithNoTests=false']),
      ...(files ?? []).map((file) => join(top, file)),
    ]
    const env = environmentFor(request.env, { CI: '1', NODE_ENV: 'test' })
    const { exit, timedOut, output } = await execute(command, { cwd: top, env, timeout })
    const found = withBroken(readJestReport(timedOut ? undefined : readIfThere(report), request), request)
    return { ...found, exit, timedOut, output, command }
  } finally {
    removeAll(folder)
  }
}
