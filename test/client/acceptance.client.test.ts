/**
 * The error-handling document, played: the real Claude Code as the lead, real CLIs as workers. The lead does what the
 * skill, its page on recovery and the verbs' output say; which command belongs to the person's words stands there, too.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { installGemini } from './gemini-stage.ts'
import { CURRENT, claudeBinary, cliBinary } from './install.ts'
import { lead, type Plans } from './lead.ts'
import { bash, call, fail, type Script, say, sequence, use } from './script.ts'
import { type Stage, stage } from './stage.ts'
import { deliver, item } from './worker.ts'

const plan = (id: string, model: string, ...items: string[]) =>
  `---\nid: ${id}\nmodel: ${model}\nprofile: read-only\n---\n# ${id}\n${items.map((text) => `- [ ] ${text}\n`).join('')}`
const report = (id: string) => `Write findings to .dispatch/tasks/${id}/output.md`

const CONFIG = `default: gpt-5.3-codex
models:
  gpt-5.3-codex: { backend: codex }   # the work account
  opus: { backend: claude }
  sonnet: { backend: claude }
`

/** What the page on recovery says to do for the person's words. */
type Choices = [words: string, commands: string[]][]

/** Looks once at each task that ended otherwise than done, shows what is printed, and stops; then does what is said. */
function recovering(plans: Plans, choices: Choices): Script {
  const dispatches = lead(plans)
  return (turn) => {
    const { last, results } = turn
    const chosen = choices.find(
      ([words]) => results === '' && last.includes(words) && !last.includes('Base directory'),
    )
    if (chosen !== undefined)
      return call(...chosen[1].map((command) => use('Bash', { command, description: 'As they said' })))
    const failed = [...last.matchAll(/([a-z0-9-]+) failed: [^\n]* — dispatch status \1/g)].map(
      ([, id]) => id ?? '',
    )
    if (failed.length > 0 && !results.includes('Alternatives'))
      return call(
        ...failed.map((id) => use('Bash', { command: `dispatch status ${id}`, description: 'Why' })),
      )
    return dispatches(turn)
  }
}

/** It may not be there yet. */
const is = async (play: Stage, id: string, state: string) =>
  (await play.tasks()).some((task) => task.id === id && task.state === state)

const config = (play: Stage) => readFileSync(join(play.state, 'config.yaml'), 'utf8')

describe.skipIf(claudeBinary(CURRENT) === undefined)('what went wrong', () => {
  test('a CLI that is gone: another model, the default switched, the broken one taken out', async () => {
    const play = await stage({
      version: CURRENT,
      lead: recovering(
        {
          review: plan(
            'security-review',
            'gpt-5.3-codex',
            'Review the auth module',
            report('security-review'),
          ),
        },
        [
          [
            'Use opus',
            [
              'dispatch config default opus',
              'dispatch config remove gpt-5.3-codex',
              'dispatch retry security-review --model opus',
            ],
          ],
        ],
      ),
      workers: {
        'security-review': sequence(item(1), deliver('security-review', 2, 'No issues.'), say('Finished.')),
      },
    })
    play.config(CONFIG)
    const screen = await play.interactive([
      '--permission-mode',
      'default',
      '--allowedTools',
      'Bash(dispatch config *)',
    ])
    await screen.say('/dispatch use gpt-5.3-codex to review the auth module')
    await screen.waitFor(/codex: command not found/, 30_000)
    await screen.waitFor(/dispatch retry security-review --model opus/, 30_000)
    expect((await play.task('security-review')).failure?.class).toBe('cli-missing')
    await play.leadRests()
    await screen.say('Use opus')
    await screen.waitFor(/security-review is complete: No issues\./, 60_000)
    expect(config(play)).toContain('default: opus')
    expect(config(play)).not.toMatch(/^ {2}gpt-5\.3-codex:/m)
  })

  test('a login that is refused: known in seconds, the next one works', async () => {
    const play = await stage({
      version: CURRENT,
      lead: recovering(
        {
          review: plan(
            'security-review',
            'claude-opus-4.5',
            'Review the auth module',
            report('security-review'),
          ),
        },
        [['Sonnet', ['dispatch retry security-review --model sonnet']]],
      ),
      workers: {
        'security-review': (turn) =>
          turn.model.includes('opus')
            ? fail(403, 'permission_error', 'Claude Opus 4.5 requires upgraded subscription.')
            : sequence(item(1), deliver('security-review', 2, 'One issue.'), say('Finished.'))(turn),
      },
    })
    play.config(`${CONFIG}  claude-opus-4.5: { backend: claude }\n`)
    const screen = await play.interactive(['--permission-mode', 'default'])
    await screen.say('/dispatch use claude-opus-4.5 to do a security review')
    await screen.waitFor(/requires upgraded subscription/, 30_000)
    expect(await play.task('security-review')).toMatchObject({ state: 'failed', failure: { class: 'auth' } })
    await play.leadRests()
    await screen.say('Sonnet')
    await screen.waitFor(/security-review is complete: One issue\./, 60_000)
  })

  test.skipIf(cliBinary('gemini') === undefined)(
    'several at once: each failure by itself, the success beside them, and one is tried again',
    async () => {
      const play = await stage({
        version: CURRENT,
        lead: recovering(
          {
            parallel: [
              plan(
                'security-review',
                'opus',
                'Scan for secrets',
                'Review authentication logic',
                report('security-review'),
              ),
              plan('api-tests', 'gpt-5.3-codex', 'Run them', report('api-tests')),
              plan('update-readme', 'gemini', 'Look at it', report('update-readme')),
            ].join(''),
          },
          [['Retry api-tests with sonnet', ['dispatch retry api-tests --model sonnet']]],
        ),
        workers: {
          'security-review': sequence(
            item(1),
            bash('dispatch fail 2 "auth/ directory not found"'),
            deliver('security-review', 3, 'The auth folder is missing.'),
            say('Finished.'),
          ),
          'api-tests': sequence(item(1), deliver('api-tests', 2, 'All 41 pass.'), say('Finished.')),
          'update-readme': sequence(
            item(1),
            deliver('update-readme', 2, 'The README is up to date.'),
            say('Finished.'),
          ),
        },
      })
      play.config(`${CONFIG}  gemini: { backend: gemini }\n`)
      installGemini(play, play.server)
      const screen = await play.interactive(['--permission-mode', 'default'])
      await screen.say('/dispatch in parallel: review, tests, readme')
      await until(() => is(play, 'update-readme', 'done'), 'gemini did not finish', 60_000)
      await until(() => is(play, 'security-review', 'failed'))
      await screen.waitFor(/update-readme is complete: The README is up to date\./, 30_000)
      expect(
        (await play.tasks())
          .map(({ id, state, failure }) => `${id} ${state} ${failure?.message ?? ''}`)
          .sort(),
      ).toEqual([
        expect.stringMatching(/^api-tests failed .*codex: command not found|^api-tests failed .*codex/),
        expect.stringMatching(
          /^security-review failed Item 2, Review authentication logic: auth\/ directory not found/,
        ),
        'update-readme done ',
      ])
      await play.leadRests()
      await screen.say('Retry api-tests with sonnet')
      await screen.waitFor(/api-tests is complete: All 41 pass\./, 60_000)
    },
  )
})
