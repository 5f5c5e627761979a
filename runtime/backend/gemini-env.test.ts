import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../io/folders.ts'
import { geminiEnvironment, gitIdentity } from './gemini-env.ts'

function repository(tracked: Record<string, string> = {}, untracked: Record<string, string> = {}) {
  const cwd = temporaryFolder('gemini-env-')
  onTestFinished(() => rmSync(cwd, { recursive: true }))
  const git = (...args: string[]) => execFileSync('git', args, { cwd })
  mkdirSync(join(cwd, '.gemini'))
  git('init', '-q')
  for (const [name, text] of Object.entries(tracked)) writeFileSync(join(cwd, name), text)
  git('add', '-A')
  for (const [name, text] of Object.entries(untracked)) writeFileSync(join(cwd, name), text)
  const places = { cwd, root: '', task: '', git: join(cwd, '.git'), gitDir: join(cwd, '.git') }
  return { git, places, of: (env = {}, user = {}) => geminiEnvironment({ env, places }, user) }
}

const ALWAYS = { GEMINI_CLI_NO_RELAUNCH: 'true', GEMINI_CLI_TRUST_WORKSPACE: 'false' }
const NO_KEYS = {
  GEMINI_API_KEY: '',
  GOOGLE_API_KEY: '',
  GOOGLE_CLOUD_PROJECT: '',
  GOOGLE_CLOUD_LOCATION: '',
}

test('by itself it keeps keys from being taken from anywhere', () =>
  expect(repository().of()).toEqual({ ...ALWAYS, ...NO_KEYS }))

test('what is set stays', () =>
  expect(repository().of({ GEMINI_API_KEY: 'mine' })).toEqual({
    ...ALWAYS,
    GOOGLE_API_KEY: '',
    GOOGLE_CLOUD_PROJECT: '',
    GOOGLE_CLOUD_LOCATION: '',
  }))

test('the user’s own file gives what concerns the CLI', () =>
  expect(repository().of({}, { GEMINI_API_KEY: 'mine', https_proxy: 'p', NPM_TOKEN: 't' })).toEqual({
    ...ALWAYS,
    ...NO_KEYS,
    GEMINI_API_KEY: 'mine',
    https_proxy: 'p',
  }))

test('so does a file beside the code that git does not track', () =>
  expect(
    repository({}, { '.env': 'GEMINI_API_KEY=beside\nBASH_ENV=x' }).of({}, { GEMINI_API_KEY: 'home' }),
  ).toEqual({
    ...ALWAYS,
    ...NO_KEYS,
    GEMINI_API_KEY: 'beside',
  }))

test('one that git tracks steers nothing', () =>
  expect(
    repository({
      '.env': 'GEMINI_API_KEY=theirs\nBASH_ENV=x\nNODE_OPTIONS=x\nTITLE=t\nGEMINI_SYSTEM_MD=x',
    }).of(
      {},
      {
        GEMINI_API_KEY: 'home',
      },
    ),
  ).toEqual({
    ...ALWAYS,
    ...NO_KEYS,
    GEMINI_API_KEY: 'home',
    BASH_ENV: '',
    NODE_OPTIONS: '',
    GEMINI_SYSTEM_MD: '',
  }))

test('outside git nobody knows whose it is', () => {
  const { places } = repository({}, { '.env': 'GEMINI_API_KEY=theirs' })
  expect(geminiEnvironment({ env: {}, places: { ...places, git: undefined } }, {})).toEqual({
    ...ALWAYS,
    ...NO_KEYS,
  })
})

test('one that is read whatever the CLI is told keeps it from starting', () => {
  expect(() => repository({ '.gemini/.env': 'A=1' }).of()).toThrow(/brings variables.*\.gemini\/\.env/s)
  expect(() => repository({}, { '.gemini/.env': 'A=1' }).of()).not.toThrow()
})

test('on GitHub’s machines commands see their variables all the same', () =>
  expect(repository().of({ GITHUB_SHA: 'abc', SURFACE: 'Github' })).toMatchObject({
    GITHUB_SHA: '',
    SURFACE: '',
  }))

test('who commits is told beside what the user set there', () => {
  const { git, places } = repository()
  git('config', 'user.name', 'Wörker')
  git('config', 'user.email', 'w@example.com')
  expect(gitIdentity(places.cwd, { GIT_CONFIG_COUNT: '1' })).toMatchObject({
    GIT_CONFIG_KEY_1: 'user.name',
    GIT_CONFIG_VALUE_1: 'Wörker',
    GIT_CONFIG_KEY_2: 'user.email',
    GIT_CONFIG_VALUE_2: 'w@example.com',
  })
})
