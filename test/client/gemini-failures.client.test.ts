/** Every failure of the real Gemini CLI that a server, or its absence, can bring about. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { geminiStage, google } from './gemini-stage.ts'
import { cliBinary, onPath } from './install.ts'
import { type Reply, say, sequence } from './script.ts'
import { ask } from './worker.ts'

const it = test.skipIf(cliBinary('gemini') === undefined || !onPath('bwrap'))

describe('how it fails', () => {
  const LIMIT = {
    '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
    violations: [{ quotaId: 'PerDay' }],
  }
  const KEY = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID', domain: 'x' }
  const SOON = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '9s' }
  const MINUTE = { ...LIMIT, violations: [{ quotaId: 'PerMinute' }] }
  const cases: Record<string, [Reply, string]> = {
    'bad-key': [google(400, 'INVALID_ARGUMENT', 'API key not valid.', KEY), 'auth'],
    forbidden: [google(403, 'PERMISSION_DENIED', 'This API is disabled.'), 'auth'],
    model: [google(404, 'NOT_FOUND', 'models/x is not found for API version v1beta.'), 'model-unavailable'],
    limit: [google(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted.'), 'rate-limited'],
    soon: [google(429, 'RESOURCE_EXHAUSTED', 'Too fast.', MINUTE, SOON), 'rate-limited'],
    daily: [google(429, 'RESOURCE_EXHAUSTED', 'You exceeded it.', LIMIT), 'quota'],
    internal: [google(500, 'INTERNAL', 'An internal error has occurred.'), 'overloaded'],
    overloaded: [google(503, 'UNAVAILABLE', 'The model is overloaded.'), 'overloaded'],
    dropped: [google(0, '', ''), 'network'],
    context: [
      google(
        400,
        'INVALID_ARGUMENT',
        'The input token count (9) exceeds the maximum number of tokens allowed (8).',
      ),
      'context-overflow',
    ],
    odd: [google(418, 'TEAPOT', 'Nobody has seen this before.'), 'crashed'],
  }
  /** Of the user's own making. */
  const own: Record<string, [(env: Record<string, string>) => void, string]> = {
    keyless: [(env) => delete env.GEMINI_API_KEY, 'auth'],
    restricted: [(env) => Object.assign(env, { GEMINI_RESTRICTED_MODE: 'true' }), 'denied'],
  }

  async function endOf(name: string) {
    const stage = await geminiStage(() => cases[name]?.[0] ?? say('What?'), { general: { maxAttempts: 1 } })
    own[name]?.[0](stage.env)
    await stage.start('probe', 'gemini')
    return stage.ended()
  }

  it('is told by its result and its exit code', async () => {
    const names = [...Object.keys(cases), ...Object.keys(own)]
    const left = [...names]
    const ends: Record<string, { class: string; reason: string }> = {}
    const lane = async () => {
      for (let name = left.shift(); name !== undefined; name = left.shift()) ends[name] = await endOf(name)
    }
    await Promise.all([lane(), lane(), lane()])
    expect(names.map((name) => [name, ends[name]?.class])).toEqual(
      names.map((name) => [name, (cases[name] ?? own[name])?.[1]]),
    )
    expect(ends.odd?.reason).toContain('Nobody has seen this before.')
    expect(ends.keyless?.reason).toContain('GEMINI_API_KEY')
    expect(ends.soon).toMatchObject({ until: expect.any(String) })
  })

  it('when its conversation is gone, or it is not there at all', async () => {
    const stage = await geminiStage(sequence(ask('Which?'), say('I stop here.')))
    stage.config('default: gemini\nlimits: { ask_timeout: 1s }\n')
    await stage.start('probe', 'gemini')
    await stage.over('probe')
    rmSync(join(stage.home, '.gemini/tmp'), { recursive: true })
    await stage.ok(['answer', 'probe', 'x'])
    expect(await stage.ended('002')).toMatchObject({
      class: 'crashed',
      code: 42,
      reason: expect.stringContaining('dispatch retry'),
    })
    rmSync(join(stage.folder, 'bin/gemini'))
    const { code, stderr } = await stage.dispatch(['start', 'other', '--model', 'gemini'], {
      input: '# Other\n\n- [ ] One\n',
    })
    expect(code).toBe(69)
    expect(stderr).toContain('npm install -g @google/gemini-cli')
  })
})
