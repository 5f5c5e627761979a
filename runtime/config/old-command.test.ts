import { describe, expect, it } from 'vitest'
import type { VendorCli } from './known.ts'
import { type Understood, understand } from './old-command.ts'

const plain = {
  command: undefined,
  env: {},
  id: undefined,
  effort: undefined,
  profile: undefined,
  granting: [],
}

describe('a command of an older configuration', () => {
  it.each<[string | string[], VendorCli, Partial<Understood>]>([
    [
      'env -u CLAUDE_CODE_ENTRYPOINT -u CLAUDECODE claude -p --dangerously-skip-permissions',
      'claude',
      { granting: ['--dangerously-skip-permissions'] },
    ],
    ['agent -p --force --workspace "$(pwd)"', 'cursor', { granting: ['--force'] }],
    ['agent -p --force --model gpt-5 --workspace "$(pwd)"', 'cursor', { id: 'gpt-5', granting: ['--force'] }],
    [
      'cursor agent --model x-high --print --trust --yolo --workspace "$(pwd)"',
      'cursor',
      { command: ['cursor', 'agent'], id: 'x-high', granting: ['--yolo'] },
    ],
    ['cursor-agent -p --workspace=$PWD', 'cursor', { command: ['cursor-agent'] }],
    ['codex exec --full-auto -C "$(pwd)"', 'codex', { granting: ['--full-auto'] }],
    [
      `codex exec -m gpt-5.2 -s danger-full-access -c model_reasoning_effort="high" -c web_search=true --cd \`pwd\``,
      'codex',
      {
        command: ['codex', '-c', 'web_search=true'],
        id: 'gpt-5.2',
        effort: 'high',
        granting: ['-s danger-full-access'],
      },
    ],
    ['codex exec -s read-only -', 'codex', { command: ['codex', '-'], profile: 'read-only' }],
    [
      `codex exec -c 'sandbox_mode="danger-full-access"'`,
      'codex',
      { granting: ['-c sandbox_mode="danger-full-access"'] },
    ],
    ['gemini -y -m gemini-3-pro -p', 'gemini', { id: 'gemini-3-pro', granting: ['-y'] }],
    ['gemini --approval-mode=yolo', 'gemini', { granting: ['--approval-mode yolo'] }],
    ['npx -y @google/gemini-cli@0.6 -p', 'gemini', { command: ['npx', '-y', '@google/gemini-cli@0.6'] }],
    ['opencode run --auto -m openai/gpt-5.2', 'opencode', { id: 'openai/gpt-5.2', granting: ['--auto'] }],
    ['claude -p --permission-mode plan --model opus', 'claude', { profile: 'read-only', id: 'opus' }],
    [
      'claude --permission-mode bypassPermissions -p',
      'claude',
      { granting: ['--permission-mode bypassPermissions'] },
    ],
    [
      '/opt/claude -p --mcp-config "a b.json"',
      'claude',
      { command: ['/opt/claude', '--mcp-config', 'a b.json'] },
    ],
    [
      'env CLAUDE_CONFIG_DIR=/x -u ANTHROPIC_API_KEY -u CLAUDECODE claude -p',
      'claude',
      { command: ['env', '-u', 'ANTHROPIC_API_KEY', 'claude'], env: { CLAUDE_CONFIG_DIR: '/x' } },
    ],
    [
      ['claude', '--dangerously-skip-permissions'],
      'claude',
      { granting: ['--dangerously-skip-permissions'] },
    ],
    [['agent', '-p', '--workspace', '$(pwd)'], 'cursor', {}],
  ])('%j is %s', (command, cli, facts) => {
    expect(understand(command)).toEqual({ ...plain, cli, ...facts })
  })

  it.each<[string | string[], VendorCli | undefined]>([
    ['claude', undefined],
    ['npx claude', 'claude'],
    ['npx -y @google/gemini-cli', 'gemini'],
    ['claude --add-dir /x', 'claude'],
    ['my-agent -p --force "$(pwd)"', undefined],
    ['my-agent -p', undefined],
    ['cursor --wait', undefined],
    // Only a shell knows what these mean.
    ['claude -p "$(cat prompt)"', undefined],
    ['claude -p | tee log', undefined],
    ["bash -c 'claude -p --dangerously-skip-permissions'", 'claude'],
    ['claude -p --add-dir "$(pwd)"', undefined],
    ['', undefined],
    [[], undefined],
  ])('%j is none that is understood', (command, named) => {
    expect(understand(command, named)).toBeUndefined()
  })

  it('takes what it is called for what it is: the flags behind a wrapper are those of the CLI', () => {
    expect(understand('my-claude --dangerously-skip-permissions', 'claude')).toEqual({
      ...plain,
      cli: 'claude',
      command: ['my-claude'],
      granting: ['--dangerously-skip-permissions'],
    })
  })
})
