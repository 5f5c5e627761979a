import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../io/folders.ts'
import { geminiHome, hasLogin, mountsOf } from './gemini-home.ts'

function home(files: Record<string, string>) {
  const folder = temporaryFolder('gemini-home-')
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, '.gemini'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

test('the user’s env file is read where the CLI would read it', () => {
  const HOME = home({
    '.gemini/.env': 'GEMINI_API_KEY="k" # mine\nexport HTTPS_PROXY=p\nOTHER=x\n',
    '.env': 'GEMINI_API_KEY=z',
  })
  expect(geminiHome({ HOME }).env).toEqual({ GEMINI_API_KEY: 'k', HTTPS_PROXY: 'p', OTHER: 'x' })
})

test('a file in the home is the second choice', () =>
  expect(geminiHome({ HOME: home({ '.env': 'GOOGLE_API_KEY=z' }) }).env).toEqual({
    GOOGLE_API_KEY: 'z',
  }))

test('GEMINI_CLI_HOME is the CLI’s home', () => {
  const GEMINI_CLI_HOME = home({ '.gemini/settings.json': '{ "a": 1 } // mine' })
  expect(geminiHome({ HOME: '/nowhere', GEMINI_CLI_HOME })).toMatchObject({
    folder: join(GEMINI_CLI_HOME, '.gemini'),
    settings: { a: 1 },
  })
})

test('settings that cannot be read are none of ours', () =>
  expect(geminiHome({ HOME: home({ '.gemini/settings.json': '{ nonsense' }) }).settings).toBeUndefined())

test.each([
  ['no trace of one', {}, {}, false],
  ['a key', {}, { GEMINI_API_KEY: 'k' }, true],
  ['an empty key', {}, { GEMINI_API_KEY: '' }, false],
  ['a key in a file', { '.gemini/.env': 'GEMINI_API_KEY=k' }, {}, true],
  ['a way without its file', auth('oauth-personal'), { GEMINI_API_KEY: 'k' }, undefined],
  ['a way with its file', { ...auth('oauth-personal'), '.gemini/oauth_creds.json': '{}' }, {}, true],
  ['a way that a keychain may serve', auth('gemini-api-key'), {}, undefined],
])('a login: %s', (_, files, env, expected) => {
  const own = { HOME: home(files), ...env }
  expect(hasLogin(geminiHome(own), own)).toBe(expected)
})

function auth(selectedType: string) {
  return { '.gemini/settings.json': JSON.stringify({ security: { auth: { selectedType } } }) }
}

test('what is new in its folder stays in memory, conversations and logins excepted', () => {
  const names = [
    'commands',
    'history',
    'oauth_creds.json',
    'projects.json',
    'projects.json.lock',
    'settings.json',
    'tmp',
  ]
  const mounts = mountsOf({ folder: '/h/.gemini', names, settings: {}, env: {} }, '/a/settings.json')
  expect(mounts.join(' ')).toBe(
    [
      '--tmpfs /h/.gemini',
      '--bind /h/.gemini/tmp /h/.gemini/tmp --bind /h/.gemini/history /h/.gemini/history',
      '--ro-bind-try /h/.gemini/commands /h/.gemini/commands',
      '--bind-try /h/.gemini/oauth_creds.json /h/.gemini/oauth_creds.json',
      '--ro-bind /a/settings.json /h/.gemini/settings.json',
    ].join(' '),
  )
})
