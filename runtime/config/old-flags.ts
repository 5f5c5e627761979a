/** The flags that commands of older configurations gave the CLIs, and what each means where dispatch builds the command. */
import type { VendorCli } from './known.ts'

/** What a flag's value comes to: nothing (dispatch sets it itself), narrower rights, rights taken, an effort, or the user's own. */
type Meaning = 'gone' | 'read-only' | 'grants' | 'keep' | `effort:${string}`

export interface Grammar {
  /** The first one is what dispatch looks for; the others are started as they are written. */
  programs: string[]
  /** What a launcher such as npx calls it. */
  package: string
  /** These show that the command was made to run without a person, and so is none that dispatch would be given today. */
  headless: string[]
  /** Dispatch gives these itself. */
  plain: string[]
  /** With a value behind them. */
  valued: Record<string, (value: string) => Meaning>
  model: string[]
  effort: string[]
  /** These take limits away. */
  grants: string[]
}

/** Whatever the CLI: a word like these takes limits away. */
export const GRANTING = /dangerous|yolo|skip-permissions|bypass|full-access|full-auto/i

const gone = (): Meaning => 'gone'
/** A value that means less, one that takes limits away, or neither. */
const rights =
  (narrow: string[], grants: string[]) =>
  (value: string): Meaning =>
    narrow.includes(value) ? 'read-only' : grants.includes(value) ? 'grants' : 'gone'

export const GRAMMARS: Record<VendorCli, Grammar> = {
  claude: {
    programs: ['claude'],
    package: '@anthropic-ai/claude-code',
    headless: ['-p', '--print'],
    plain: ['-p', '--print', '--verbose'],
    valued: {
      '--output-format': gone,
      '--input-format': gone,
      '--session-id': gone,
      '--permission-mode': rights(['plan'], ['bypassPermissions', 'auto']),
    },
    model: ['--model'],
    effort: ['--effort'],
    grants: [],
  },
  codex: {
    programs: ['codex'],
    package: '@openai/codex',
    headless: ['exec', 'e'],
    plain: ['exec', 'e', '--json', '--skip-git-repo-check'],
    valued: {
      '-C': gone,
      '--cd': gone,
      '-a': gone,
      '--ask-for-approval': gone,
      '-s': rights(['read-only'], ['danger-full-access']),
      '--sandbox': rights(['read-only'], ['danger-full-access']),
      '-c': codexSetting,
      '--config': codexSetting,
    },
    model: ['-m', '--model'],
    effort: [],
    grants: [],
  },
  opencode: {
    programs: ['opencode'],
    package: 'opencode-ai',
    headless: ['run'],
    plain: ['run'],
    valued: { '--format': gone, '--dir': gone, '--title': gone },
    model: ['-m', '--model'],
    effort: ['--variant'],
    grants: ['--auto'],
  },
  gemini: {
    programs: ['gemini'],
    package: '@google/gemini-cli',
    headless: ['-p', '--prompt'],
    plain: ['-p', '--prompt', '--skip-trust'],
    valued: { '-o': gone, '--output-format': gone, '--approval-mode': rights(['plan'], ['yolo']) },
    model: ['-m', '--model'],
    effort: [],
    grants: ['-y', '--yolo'],
  },
  cursor: {
    programs: ['agent', 'cursor-agent', 'cursor'],
    package: 'cursor-agent',
    headless: ['-p', '--print', '--force', '-f', '--workspace'],
    plain: ['-p', '--print', '--trust'],
    valued: {
      '--workspace': gone,
      '--output-format': gone,
      '--mode': rights(['plan', 'ask'], []),
      '--sandbox': rights([], ['disabled']),
    },
    model: ['-m', '--model'],
    effort: [],
    grants: ['-f', '--force'],
  },
}

function codexSetting(setting: string): Meaning {
  const [, key = '', value = ''] = /^([\w.]+)=(.*)$/.exec(setting) ?? []
  const plain = value.replace(/^(["'])(.*)\1$/, '$2')
  if (key === 'model_reasoning_effort') return `effort:${plain}`
  if (key === 'sandbox_mode') return rights(['read-only'], ['danger-full-access'])(plain)
  return /^(sandbox|approval|permission|shell_environment)/.test(key) ? 'grants' : 'keep'
}
