import { expect, test } from 'vitest'
import { askLimitOf, withoutComments, workerSettings } from './gemini-settings.ts'

test('are the user’s own, but for what a worker needs otherwise', () =>
  expect(
    workerSettings(
      {
        ui: { theme: 'Dracula' },
        general: { vimMode: true, maxAttempts: 10 },
        tools: { exclude: ['glob'], shell: { pager: 'less' } },
        mcpServers: { mine: { command: 'x' } },
      },
      900_000,
    ),
  ).toEqual({
    ui: { theme: 'Dracula' },
    general: { vimMode: true, maxAttempts: 3, enableAutoUpdate: false, enableAutoUpdateNotification: false },
    tools: {
      exclude: ['glob', 'web_fetch', 'google_web_search'],
      shell: { pager: 'less', inactivityTimeout: 930 },
    },
    mcpServers: {},
    advanced: { ignoreLocalEnv: true },
  }))

test.each([
  ['a number of attempts that is smaller', { general: { maxAttempts: 1 } }, { general: { maxAttempts: 1 } }],
  ['a patience that is longer', silence(5000), silence(5000)],
  ['patience without end', silence(0), silence(0)],
])('%s is kept', (_, settings, expected) => expect(workerSettings(settings, 1000)).toMatchObject(expected))

test.each([
  [undefined, 270_000],
  [{ tools: 'x' }, 270_000],
  [silence(90), 60_000],
  [silence(0), undefined],
])('of %j hold a question for %s ms', (settings, expected) => expect(askLimitOf(settings)).toBe(expected))

test('may hold comments', () =>
  expect(JSON.parse(withoutComments('{ // one\n "a": "// no", /* "b": 1,\n */ "c": "\\"/*" }'))).toEqual({
    a: '// no',
    c: '"/*',
  }))

function silence(inactivityTimeout: number) {
  return { tools: { shell: { inactivityTimeout } } }
}
