import { describe, expect, test } from 'vitest'
import type { Profile } from '../config/profile.ts'
import type { LaunchPlan } from './backend.ts'
import type { RealPlaces } from './contain-site.ts'
import { AGENT, commonRules, opencodeSettings } from './opencode-rights.ts'

const places: RealPlaces = {
  cwd: '/r',
  root: '/r/.dispatch',
  task: '/r/.dispatch/tasks/t',
  git: '/r/.git',
  linked: undefined,
  worktrees: [],
  there: new Set(),
}
const linked: RealPlaces = { ...places, cwd: '/w/t' }

const settings = (
  containment: LaunchPlan['containment'],
  profile: Profile,
  more: { inherited?: string; instructions?: string[]; places?: RealPlaces } = {},
): Record<string, unknown> => ({
  ...opencodeSettings({ containment, profile, places, instructions: [], inherited: undefined, ...more }),
})
const rules = (...args: Parameters<typeof settings>) => {
  const { agent } = settings(...args) as { agent?: Record<string, { permission: Record<string, unknown> }> }
  return agent?.[AGENT]?.permission
}

/** opencode's own way: a wildcard stands for anything, a blank and one at the end may be missing, the last match counts. */
function decided(patterns: unknown, subject: string): unknown {
  const list = Object.entries(patterns as Record<string, string>)
  const matches = (pattern: string) => {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')
    return new RegExp(`^${source.endsWith(' .*') ? `${source.slice(0, -3)}( .*)?` : source}$`, 's').test(
      subject,
    )
  }
  return list.findLast(([pattern]) => matches(pattern))?.[1]
}

describe('the settings', () => {
  test('are added to those that the user gave in the environment', () => {
    const inherited = JSON.stringify({
      model: 'a/b',
      share: 'auto',
      instructions: ['mine.md'],
      agent: { mine: { mode: 'primary' } },
    })
    expect(settings('sandbox', 'edit', { inherited, instructions: ['/r/AGENTS.md'] })).toMatchObject({
      model: 'a/b',
      share: 'disabled',
      autoupdate: false,
      snapshot: false,
      instructions: ['mine.md', '/r/AGENTS.md'],
      agent: { mine: { mode: 'primary' }, [AGENT]: { mode: 'primary' } },
    })
  })

  test.each(['', '{', '[]', 'null', '{"agent":1,"instructions":"x"}'])('bear %j', (inherited) =>
    expect(settings('sandbox', 'edit', { inherited }).instructions).toEqual([]),
  )

  test('start no program of the project where nothing contains it', () => {
    expect(settings('allow-list', 'edit')).toMatchObject({ lsp: false, formatter: false })
    expect(settings('sandbox', 'edit')).not.toHaveProperty('lsp')
  })
})

describe('the rules', () => {
  test.each<[LaunchPlan['containment'], Profile]>([
    ['sandbox', 'edit'],
    ['sandbox', 'read-only'],
    ['allow-list', 'edit'],
    ['allow-list', 'read-only'],
    ['none', 'full'],
  ])('of %s %s never ask', (containment, profile) => {
    const said = JSON.stringify([settings(containment, profile), commonRules(containment, profile, places)])
    expect(said).not.toContain('"ask"')
    for (const name of ['doom_loop', 'external_directory'])
      expect(commonRules(containment, profile, places)).toHaveProperty(name)
  })

  test('inside the mounts allow what meets them, and no web', () => {
    expect(rules('sandbox', 'edit')).toMatchObject({
      '*': 'deny',
      bash: 'allow',
      edit: 'allow',
      webfetch: 'deny',
      external_directory: 'allow',
    })
    expect(rules('sandbox', 'read-only')).toEqual(rules('sandbox', 'edit'))
  })

  test('of full are the user’s own', () => expect(rules('none', 'full')).toBeUndefined())

  test.each<[string, unknown]>([
    ['dispatch tick 1 "done"', 'allow'],
    ['dispatch plan', 'allow'],
    ["dispatch ask - <<'EOF'\nWhich?\nEOF", 'allow'],
    ['git commit -m "Work"', 'allow'],
    ['git log', 'allow'],
    ['git diff --output=/x', 'deny'],
    ['git log --outp /x', 'deny'],
    ['git log > /x', 'deny'],
    ['dispatch plan > /x', 'deny'],
    ['git -c core.pager=evil log', 'deny'],
    ['GIT_PAGER=evil git log', 'deny'],
    ['git push', 'deny'],
    ['dispatch start x', 'deny'],
    ['touch x', 'deny'],
    ['npm test', 'deny'],
  ])('of a list, for the command %s: %s', (command, expected) =>
    expect(decided(rules('allow-list', 'edit')?.bash, command)).toBe(expected),
  )

  test('of a list that is read-only have no commit', () =>
    expect(decided(rules('allow-list', 'read-only')?.bash, 'git commit -m x')).toBe('deny'))

  test.each<[string, unknown, unknown]>([
    ['src/a.ts', 'allow', 'deny'],
    ['.git/hooks/pre-commit', 'deny', 'deny'],
    ['../x', 'deny', 'deny'],
    ['.dispatch/tasks/o/plan.md', 'deny', 'deny'],
    ['.dispatch/tasks/t/plan.md', 'allow', 'allow'],
    ['.dispatch/tasks/t/task.yaml', 'deny', 'deny'],
    ['.dispatch/tasks/t/attempts/001/log', 'deny', 'deny'],
  ])('of a list, for the file %s: %s', (path, edit, readOnly) => {
    expect(decided(rules('allow-list', 'edit')?.edit, path)).toBe(edit)
    expect(decided(rules('allow-list', 'read-only')?.edit, path)).toBe(readOnly)
  })

  test('of a list reach the task from a worktree', () => {
    const there = rules('allow-list', 'edit', { places: linked })
    expect(decided(there?.edit, '../../r/.dispatch/tasks/t/plan.md')).toBe('allow')
    expect(decided(there?.edit, '../../r/.dispatch/tasks/o/plan.md')).toBe('deny')
    expect(decided(there?.edit, '../../r/src/a.ts')).toBe('deny')
    expect(decided(there?.external_directory, '/r/.dispatch/tasks/t/*')).toBe('allow')
    expect(decided(there?.external_directory, '/home/me/*')).toBe('deny')
  })
})
