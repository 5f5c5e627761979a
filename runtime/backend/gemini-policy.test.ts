import { describe, expect, test } from 'vitest'
import { policyFor } from './gemini-policy.ts'

const PLACES = { cwd: '/w/a (b)+', task: '/w/a (b)+/.dispatch/tasks/probe' }

/** As the CLI decides: of the rules that match, the one of the highest priority; its own check of a pattern, too. */
function decides(
  profile: 'read-only' | 'edit',
  tool: string,
  input: Record<string, string>,
): string | undefined {
  const rules = policyFor(profile, PLACES)
    .split('[[rule]]\n')
    .slice(1)
    .map((rule) =>
      Object.fromEntries(
        [...rule.matchAll(/^(\w+) = (.*)$/gm)].map(([, key, value]) => [key, JSON.parse(value ?? '')]),
      ),
    )
    .sort((one, other) => other.priority - one.priority)
  const said = JSON.stringify(input)
  const matches = ({ toolName, argsPattern, commandPrefix }: (typeof rules)[number]) =>
    (toolName.includes(tool) || toolName[0] === '*') &&
    (argsPattern === undefined || new RegExp(argsPattern).test(said)) &&
    (commandPrefix === undefined ||
      commandPrefix.some((prefix: string) => `${input.command} `.startsWith(`${prefix} `)))
  for (const { argsPattern = '' } of rules) expect(argsPattern).not.toMatch(/\([^)]*[*+?{].*\)[*+?{]/)
  return rules.find(matches)?.decision
}

test.each([
  ['src/a.ts', 'allow'],
  ['/w/a (b)+/src/a.ts', 'allow'],
  ['a.b.ts', 'allow'],
  ['/w/other/a.ts', 'deny'],
  ['/w/a (b)+more/a.ts', 'deny'],
  ['../a.ts', 'deny'],
  ['src/../../a.ts', 'deny'],
  ['.git/hooks/pre-commit', 'deny'],
  ['/w/a (b)+/.git/config', 'deny'],
  ['/w/a (b)+/.gemini/settings.json', 'deny'],
  ['.env', 'deny'],
  ['sub/.git/config', 'deny'],
])('edit: %s is %sed', (file_path, expected) => {
  for (const tool of ['write_file', 'replace'])
    expect(decides('edit', tool, { content: '"file_path":"src/a.ts"', file_path })).toBe(expected)
  expect(decides('read-only', 'write_file', { file_path })).toBe('deny')
})

describe.each(['read-only', 'edit'] as const)('%s', (profile) => {
  test.each([
    ['.dispatch/tasks/probe/output.md', 'allow'],
    ['/w/a (b)+/.dispatch/tasks/probe/context.md', 'allow'],
    ['.dispatch/tasks/probe/data/a.json', 'allow'],
    ['.dispatch/tasks/probe/data/../task.yaml', 'deny'],
    ['.dispatch/tasks/probe/task.yaml', 'deny'],
    ['.dispatch/tasks/other/output.md', 'deny'],
    ['x.dispatch/tasks/probe/../output.md', 'deny'],
  ])('%s is %sed', (file_path, expected) =>
    expect(decides(profile, 'write_file', { file_path })).toBe(expected),
  )

  test.each([
    ['run_shell_command', { command: 'dispatch tick 1' }, 'allow'],
    ['run_shell_command', { command: 'dispatch start x' }, 'deny'],
    ['run_shell_command', { command: 'git commit -m x' }, profile === 'edit' ? 'allow' : 'deny'],
    ['run_shell_command', { command: 'git diff --output=x' }, 'deny'],
    ['read_file', { file_path: '/etc/hosts' }, 'allow'],
    ['web_fetch', { prompt: 'x' }, 'deny'],
    ['mcp_server_tool', {}, 'deny'],
  ])('%s %j is %sed', (tool, input, expected) =>
    expect(decides(profile, tool, input as never)).toBe(expected),
  )
})
