/**
 * `git commit` as the user would type it, with the user's hooks and signature, on an index that holds the batch and
 * nothing else. Git opens its editor when the first hook is through and before anything is final; what we give it for an
 * editor looks whether that hook left the files as they were approved, and else has git give up.
 */
import { harmless } from '../io/cells.ts'
import { GIT_AS_USER, gitEnvironment } from '../io/git.ts'
import { runCommand } from '../io/run.ts'
import { demand } from '../worktree/index-copy.ts'

interface CommitCall {
  top: string
  env: NodeJS.ProcessEnv
  message: string
  /** What is committed. */
  index: string
  /** The tree that it holds now. */
  tree: string
  /** An index of the approved files alone, to be compared with those that lie there. */
  approved: string
  /** Relative paths that a hook may change: they are ours, and nobody approved them. */
  documents: readonly string[]
  /** Milliseconds; then git and its hooks are ended. */
  timeout: number
}

/** Empty where the commit was made; else why not, in lines for a person. @throws exit 75 where the disk is full */
export async function commitAsUser(call: CommitCall): Promise<string[]> {
  const { top, env, message, index, tree, approved, documents, timeout } = call
  const result = await runCommand(['git', ...GIT_AS_USER, ...COMMIT], {
    cwd: top,
    env: {
      ...gitEnvironment(env),
      GIT_INDEX_FILE: index,
      GIT_EDITOR: checkFor(documents.length),
      DISPATCH_COMMIT_TREE: tree,
      DISPATCH_COMMIT_FILES: approved,
      ...Object.fromEntries(documents.map((path, n) => [`DISPATCH_COMMIT_OURS_${n}`, path])),
    },
    timeout,
    input: message,
  })
  if (result.ok) return []
  if (/no space left on device|quota exceeded/i.test(result.stderr))
    demand(result, 'git could not make the commit', top)
  if (result.timedOut)
    return [`the commit was not made within ${Math.round(timeout / 1000)} s; its hooks were ended`]
  return reasonsIn(`${result.stderr}\n${result.stdout}`, result.code)
}

const COMMIT = [
  ...['-c', 'commit.verbose=false', 'commit', '--quiet', '--allow-empty', '--no-status'],
  // As with `git commit -m`, so that a line that begins with # stays.
  ...['--cleanup=whitespace', '--edit', '--file=-'],
]

/** Text of ours alone: names come by the environment. Git puts the name of the message's file behind it. */
function checkFor(documents: number): string {
  const others = Array.from(
    { length: documents },
    (_, n) => ` ":(top,exclude,literal)$DISPATCH_COMMIT_OURS_${n}"`,
  )
  return [
    `git diff-index --cached --quiet "$DISPATCH_COMMIT_TREE" -- ":(top)"${others.join('')} || exit 1`,
    'GIT_INDEX_FILE="$DISPATCH_COMMIT_FILES" git update-index --refresh >/dev/null 2>&1 || exit 1',
    ':',
  ].join('; ')
}

/** Lines of a hook's output that a person is shown: the last ones, where it says what is wrong. */
const LINES = 20

/** Pure. What git and the hooks said, and what to do where that is known. */
function reasonsIn(output: string, code: number | null): string[] {
  const said = output
    .split(/\r?\n/)
    .map((line) => harmless(line).trimEnd())
    .filter((line) => line !== '' && !/^hint:|problem with the editor|supply the message using/i.test(line))
  const shown = said.length > LINES ? ['…', ...said.slice(-LINES)] : said
  const next = adviceFor(output)
  return [
    next === undefined ? `git made no commit (exit ${code}); your hooks said:` : 'git made no commit:',
    ...shown,
    ...(next === undefined ? [] : [next]),
  ]
}

function adviceFor(output: string): string | undefined {
  if (/tell me who you are|empty ident|unable to auto-detect email/i.test(output))
    return 'Say who you are: git config --global user.name "…" and user.email "…".'
  if (/failed to sign|signing failed|gpg: |ssh-keygen.*sign/i.test(output))
    return 'Your signature was not given (commit.gpgSign is set): unlock your key, in a terminal if it asks for a word.'
  if (/\.lock': File exists|unable to create '.*\.lock'/i.test(output))
    return 'If no git is running in this repository, remove the .lock file that is named above.'
  return undefined
}
