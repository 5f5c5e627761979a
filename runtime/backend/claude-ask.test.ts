import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loggedIn } from './claude-ask.ts'

/** As 2.1.329 and 2.1.197 print it. */
const status = (logged: boolean) =>
  `cat <<'EOF'\n{\n  "loggedIn": ${logged},\n  "authMethod": "none",\n  "loginExpiresAt": null\n}\nEOF\nexit ${logged ? 0 : 1}`

test.each([
  ['somebody is logged in', status(true), true],
  ['nobody is', status(false), false],
  ['a client that does not know the word', 'echo "error: unknown command auth" >&2; exit 1', undefined],
  ['a client that answers a prompt', 'echo Hello', undefined],
  ['another shape', 'echo \'{"loggedIn":"perhaps"}\'', undefined],
])('%s', async (_, script, expected) => {
  const folder = mkdtempSync(join(tmpdir(), 'ask '))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const program = join(folder, 'claude')
  writeFileSync(program, `#!/bin/sh\n[ "$*" = "auth status" ] || exit 9\n${script}\n`)
  chmodSync(program, 0o755)
  expect(await loggedIn([program], { PATH: process.env.PATH, HOME: folder })).toBe(expected)
})
