/**
 * Any other runner, as the command that the spec names. Where it writes JUnit XML that is the result; without it there
 * is the exit code only, and a file is one case. `{files}` in the command stands for the files asked for.
 */
import { isAbsolute, join, relative } from 'node:path'
import { missing, misused } from '../../io/errors.ts'
import { askGit } from '../../io/git.ts'
import { removeAll } from '../../io/handling.ts'
import { readOwnIfThere } from '../../io/reading.ts'
import { statIfThere } from '../../io/stat.ts'
import { type Executed, environmentFor, execute } from './execute.ts'
import { readJunit } from './junit.ts'
import type { Failure, FileResult, Outcome, Runner, RunnerContext, RunRequest, TestCase } from './runner.ts'

/** What most languages call a test file, by its name or its folder. */
const TEST =
  /(?:^|\/)(?:tests?|specs?|__tests__)\/(?:.*\/)?[^/]+\.\w+$|(?:^|[._\-/])(?:test|spec|tests)(?:[._-][^/]*)?\.\w+$|(?:Test|Tests|Spec|IT)\.\w+$/
/** Documents and data that lie in test folders are what a test needs, not tests. */
const DATA = /\.(?:md|txt|json|ya?ml|toml|xml|csv|snap|html|lock)$/i
const CONFIGURATION =
  /(?:^|\/)(?:package\.json|Makefile|GNUmakefile|makefile|justfile|Rakefile|Gemfile(?:\.lock)?|Cargo\.toml|Cargo\.lock|build\.gradle(?:\.kts)?|settings\.gradle(?:\.kts)?|gradle\.properties|pom\.xml|mix\.exs|composer\.json|phpunit\.xml(?:\.dist)?|\.rspec|[^/]+\.csproj|[^/]+\.sln|CMakeLists\.txt|BUILD(?:\.bazel)?|WORKSPACE|deno\.jsonc?|bunfig\.toml|\.mocharc\.[^/]+|\.env(?:\.(?:test|local))?)$/

export function commandRunner({ top, env, checks }: RunnerContext): Runner {
  const { test, junit } = checks
  const program = test?.find((word) => word !== '{files}')
  if (test === undefined || program === undefined)
    throw misused({
      what: 'it is not known how the tests of this project are run',
      where: top,
      expected: 'checks.test.command in validation.yaml',
      next: 'Name it there: one command without a shell, `{files}` where the test files go.',
    })
  // A script of the repository that runs the tests decides about them.
  const scripts = test.map((word) => (isAbsolute(word) ? relative(top, word) : word.replace(/^\.\//, '')))
  return {
    name: 'command',
    isTest: (path) => TEST.test(path) && !DATA.test(path),
    isConfiguration: (path) => CONFIGURATION.test(path) || scripts.includes(path),
    run: (request) => run(test, junit, { ...request, env: { ...env, ...request.env } }),
  }
}

async function run(
  words: readonly string[],
  junit: string | undefined,
  request: RunRequest,
): Promise<Outcome> {
  if (junit !== undefined) return withReport(words, junit, request)
  const { files } = request
  const done: { file: string; result: Executed; command: string[] }[] = []
  const until = performance.now() + request.timeout
  // The command alone cannot say which of several files failed.
  for (const file of files ?? [''])
    done.push({ file, ...(await once(words, file === '' ? undefined : [file], request, until)) })
  const exits = done.map(({ result }) => result.exit)
  const first = done[0]
  return {
    cases: files === undefined ? [] : done.map(({ file, result }) => caseOf(file, result)),
    files: files === undefined ? [] : done.map(({ file }) => ({ path: file, loaded: true })),
    exit: exits.includes(undefined) ? undefined : (exits.find((exit) => exit !== 0) ?? 0),
    timedOut: done.some(({ result }) => result.timedOut),
    output: done
      .map(({ result }) => result.output)
      .join('\n')
      .slice(-64 << 10),
    command: first?.command ?? [...words],
  }
}

async function withReport(words: readonly string[], junit: string, request: RunRequest): Promise<Outcome> {
  const { top, files } = request
  const report = isAbsolute(junit) ? junit : join(top, junit)
  // What lies there is of another run, whoever wrote it.
  if (statIfThere(report)?.isFile()) removeAll(report)
  const { result, command } = await once(words, files, request, performance.now() + request.timeout)
  const { exit, timedOut, output } = result
  const text = readOwnIfThere(report)?.toString('utf8')
  const known = files ?? listed(top).filter((path) => TEST.test(path) && !DATA.test(path))
  const cases = text === undefined ? [] : await readJunit(text, junit, { top, files: known })
  const failing = cases.some(({ status }) => status === 'failed')
  // A report without a failure from a command that failed is not the whole of it.
  const doubt =
    text === undefined
      ? `No report was written to ${junit}.`
      : exit !== 0 && !failing
        ? `The command failed, and ${junit} has no failure.`
        : undefined
  const failure: Failure | undefined = timedOut
    ? { kind: 'timeout', message: 'The time was up.' }
    : doubt === undefined
      ? undefined
      : { kind: kindOf(output), message: `${doubt}\n${output}`.slice(0, 2000) }
  const ofFile = (path: string): FileResult => {
    const loaded = cases.some(({ file }) => file === path)
    if (failure !== undefined) return { path, loaded, failure }
    return loaded
      ? { path, loaded }
      : { path, loaded, failure: { kind: 'other', message: `${junit} has no test of it.` } }
  }
  const paths = files ?? [...new Set(cases.map(({ file }) => file).filter(Boolean))]
  return { cases, files: paths.map(ofFile), exit, timedOut, output, command }
}

async function once(
  words: readonly string[],
  files: readonly string[] | undefined,
  request: RunRequest,
  until: number,
) {
  const { top, env } = request
  const placed = words.flatMap((word) => (word === '{files}' ? (files ?? []) : [word]))
  const command = words.includes('{files}') ? placed : [...placed, ...(files ?? [])]
  const timeout = Math.max(1, Math.round(until - performance.now()))
  const result = await execute(command, { cwd: top, env: environmentFor(env), timeout })
  if (result.missing)
    throw missing({
      what: 'the command that runs the tests cannot be started',
      where: top,
      found: command[0],
      next: 'Install it, or name another one under checks.test in validation.yaml.',
    })
  return { result, command }
}

function caseOf(file: string, { exit, timedOut, output }: Executed): TestCase {
  if (exit === 0) return { file, name: file, status: 'passed' }
  const kind = timedOut ? 'timeout' : kindOf(output)
  return { file, name: file, status: 'failed', failure: { kind, message: output.slice(-2000) } }
}

/** All that can be told from a text which no runner structured. */
function kindOf(output: string): Failure['kind'] {
  if (/SyntaxError|IndentationError|parse error|syntax error/i.test(output)) return 'syntax'
  if (
    /ModuleNotFoundError|ImportError|Cannot find (?:module|package)|cannot load such file|LoadError|NameError|uninitialized constant|undefined (?:method|function|reference)|cannot find symbol|unresolved import|is not defined|is not a function|No such file or directory/i.test(
      output,
    )
  )
    return 'missing-unit'
  return /\bassert|expected|FAILED|not ok\b|failures?:/i.test(output) ? 'assertion' : 'other'
}

const listed = (top: string) =>
  askGit(top, ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
    ?.split('\0')
    .filter(Boolean) ?? []
