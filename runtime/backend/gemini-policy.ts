/**
 * What a worker may do where nothing contains Gemini CLI: a policy file for its own engine, at the tier that nothing
 * of the user's or the repository's outranks. Everything that is not listed is denied. Pure.
 */
import type { Places } from './backend.ts'

const READING = [
  'read_file',
  'read_many_files',
  'list_directory',
  'glob',
  'grep_search',
  'write_todos',
  'update_topic',
]
const WRITING = ['write_file', 'replace']
/** The worker's verbs and the reading ones. */
const VERBS = ['plan', 'begin', 'tick', 'block', 'fail', 'ask', 'done', 'status', 'output', 'log']
/** With an option `git diff` and `git log` write files; these do not. */
const GIT = ['git status', 'git add', 'git commit']

interface Rule {
  tools: string[]
  /** What a shell command begins with. */
  commands?: string[]
  /** A pattern for the file that is written. */
  file?: string
  allow: boolean
  priority: number
}

export function policyFor(
  profile: 'read-only' | 'edit',
  { task, cwd }: Pick<Places, 'task' | 'cwd'>,
): string {
  const own = [task, `.dispatch/tasks/${task.slice(task.lastIndexOf('/') + 1)}`].map(quoted).join('|')
  const verbs = VERBS.map((verb) => `dispatch ${verb}`)
  const rules: Rule[] = [
    { tools: ['*'], allow: false, priority: 1 },
    { tools: READING, allow: true, priority: 10 },
    {
      tools: ['run_shell_command'],
      commands: profile === 'edit' ? [...verbs, ...GIT] : verbs,
      allow: true,
      priority: 10,
    },
    ...(profile === 'edit'
      ? [
          { tools: WRITING, file: `(?:${quoted(cwd)}/|(?!/))[^"]*`, allow: true, priority: 20 },
          // Whatever name a dot hides: .git, .gemini, .dispatch, .claude, .github, and the way up.
          { tools: WRITING, file: '[^"]*/\\.[^"]*', allow: false, priority: 30 },
          { tools: WRITING, file: '\\.[^"]*', allow: false, priority: 31 },
        ]
      : []),
    // Later than the rule on dots: the task's own folder lies below .dispatch.
    {
      tools: WRITING,
      file: `(?:${own})/(?:output\\.md|context\\.md|plan\\.md|data/\\w[\\w.-]*)`,
      allow: true,
      priority: 40,
    },
  ]
  return rules.map(printed).join('\n')
}

function printed({ tools, commands, file, allow, priority }: Rule): string {
  return [
    '[[rule]]',
    `toolName = ${strings(tools)}`,
    ...(commands === undefined ? [] : [`commandPrefix = ${strings(commands)}`]),
    ...(file === undefined ? [] : [`argsPattern = ${JSON.stringify(`"file_path":"${file}"`)}`]),
    `decision = "${allow ? 'allow' : 'deny'}"`,
    `priority = ${priority}`,
    '',
  ].join('\n')
}

/** A basic string of TOML is one of JSON. */
const strings = (values: string[]) => JSON.stringify(values)
/** As it stands in JSON, taken by its letters. */
const quoted = (text: string) =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
