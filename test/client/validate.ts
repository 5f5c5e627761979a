/** `claude plugin validate --strict --profile directory` on this very tree, with the real client; any warning fails. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CURRENT, claudeBinary } from './install.ts'

const binary = claudeBinary(CURRENT)
if (binary === undefined) {
  console.error('The client is not installed: npm run clients')
  process.exit(1)
}
const home = mkdtempSync(join(tmpdir(), 'dispatch-validate-'))
const { status, stdout, stderr } = spawnSync(
  binary,
  [
    'plugin',
    'validate',
    '--strict',
    '--profile',
    'directory',
    fileURLToPath(new URL('../..', import.meta.url)),
  ],
  {
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      HOME: home,
      DISABLE_TELEMETRY: '1',
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
  },
)
rmSync(home, { recursive: true, force: true })
process.stdout.write(stdout + stderr)
process.exitCode = status === 0 && !/^⚠|\bwarning/im.test(stdout + stderr) ? 0 : 1
