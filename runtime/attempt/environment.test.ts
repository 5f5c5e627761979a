import { describe, expect, it } from 'vitest'
import { cleanEnvironment, onPath, supervisorEnvironment } from './environment.ts'

describe('what a worker gets of the caller', () => {
  const rows: [string, boolean][] = [
    ['PATH', true],
    ['HOME', true],
    ['ANTHROPIC_API_KEY', true],
    ['CLAUDE_CONFIG_DIR', true],
    ['CLAUDE_CODE_USE_BEDROCK', true],
    ['GIT_AUTHOR_NAME', true],
    ['DISPATCH_HOME', true],
    ['DISPATCH_DEV', true],
    ['CLAUDECODE', false],
    ['CLAUDE_CODE_SESSION_ID', false],
    ['CLAUDE_CODE_ENTRYPOINT', false],
    ['CLAUDE_CODE_CHILD_SESSION', false],
    ['CLAUDE_PID', false],
    ['CLAUDE_PLUGIN_ROOT', false],
    ['GIT_DIR', false],
    ['GIT_INDEX_FILE', false],
    ['DISPATCH_TASK', false],
    ['DISPATCH_ATTEMPT', false],
    ['DISPATCH_MARK', false],
    ['DISPATCH_ROOT', false],
    ['DISPATCH_ENV_PATH', false],
  ]
  it.each(rows)('%s: %s', (name, kept) => {
    expect(cleanEnvironment({ [name]: 'x', OTHER: 'y' })).toEqual({
      ...(kept ? { [name]: 'x' } : {}),
      OTHER: 'y',
    })
  })

  it('keeps an empty value, drops one that is not there', () => {
    expect(cleanEnvironment({ A: '', B: undefined })).toEqual({ A: '' })
  })
})

describe('what a supervisor carries', () => {
  it('has its own, and the worker’s only wrapped', () => {
    const env = supervisorEnvironment(
      { PATH: '/bin', A: 'old' },
      { DISPATCH_BIN: '/d' },
      { DISPATCH_MARK: 'm', A: 'new' },
    )
    expect(env).toEqual({
      PATH: '/bin',
      A: 'old',
      DISPATCH_BIN: '/d',
      DISPATCH_ENV_DISPATCH_MARK: 'm',
      DISPATCH_ENV_A: 'new',
      DISPATCH_ENV: 'DISPATCH_MARK A',
    })
  })

  it.each(['a b', '1A', 'A-B', 'A;touch /tmp/x', 'A$(x)', ''])(
    'takes no name that a shell would run: %j',
    (name) => {
      const env = supervisorEnvironment({}, {}, { [name]: 'x', GOOD: 'y' })
      expect(env).toEqual({ DISPATCH_ENV_GOOD: 'y', DISPATCH_ENV: 'GOOD' })
    },
  )
})

describe('onPath', () => {
  it.each([
    ['/a:/b', '/new:/a:/b'],
    ['', '/new'],
    [undefined, '/new'],
  ])('%j', (path, result) => expect(onPath('/new', path)).toBe(result))
})
