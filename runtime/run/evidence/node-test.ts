/** node:test with the project's node, as its `test` script calls it, told on by a reporter of ours. */
import { join } from 'node:path'
import { missing, refused } from '../../io/errors.ts'
import { temporaryFolder } from '../../io/folders.ts'
import { askGit } from '../../io/git.ts'
import { asText, gitBytes } from '../../io/git-bytes.ts'
import { removeAll } from '../../io/handling.ts'
import { publish } from '../../io/publishing.ts'
import { readIfThere } from '../../io/reading.ts'
import { findProgram } from '../../io/which.ts'
import { environmentFor, execute } from './execute.ts'
import { globPattern } from './glob.ts'
import { withBroken } from './js-broken.ts'
import { configurationOf, objectIn, readJson, relevantPackage } from './js-project.ts'
import { readJs } from './js-text.ts'
import { REPORTER, readNodeEvents } from './node-events.ts'
import type { Outcome, Runner, RunnerContext, RunRequest } from './runner.ts'

/** What `node --test` takes by itself. */
const TEST = /(?:^|\/)(?:[^/]+[.\-_]test|test-[^/]+|test)\.[cm]?[jt]s$|(?:^|\/)test\/(?:.*\/)?[^/]+\.[cm]?js$/
/** Options of the script that take a word of their own and are kept. */
const WITH_VALUE = [
  '--import',
  '--require',
  '-r',
  '--loader',
  '--experimental-loader',
  '--conditions',
  '-C',
  '--env-file',
]
const DROPPED =
  /^--(?:test(?:$|-reporter|-only|-name-pattern|-skip-pattern|-shard|-update|-force-exit)|watch|experimental-test-coverage)/

export function nodeTestRunner({ top: root, commit, env }: RunnerContext): Runner {
  const script = scriptOf(root, commit)
  const isTest = (path: string) =>
    script.globs.length === 0 ? TEST.test(path) : script.globs.some((taken) => taken(path))
  const configures = configurationOf(root, commit, /(?:^|\/)node\.config\.json$/)
  // What the script loads before the tests.
  const loaded = script.options.map((word) => word.replace(/^--[\w-]+=/, '').replace(/^\.\//, ''))
  return {
    name: 'node:test',
    isTest,
    isConfiguration: (path) => loaded.includes(path) || configures(path),
    relevant: relevantPackage,
    read: (path, text, units) => readJs(path, text, root, units),
    run: (request) => run({ ...request, env: { ...env, ...request.env } }, script.options, isTest),
  }
}

async function run(
  request: RunRequest,
  options: readonly string[],
  isTest: (path: string) => boolean,
): Promise<Outcome> {
  const { top, timeout } = request
  const node = findProgram('node', request.env) ?? process.execPath
  const files = request.files ?? (await allFiles(top)).filter(isTest)
  // Without a file it would look for tests by itself, in node_modules too.
  if (files.length === 0)
    return { cases: [], files: [], exit: 0, timedOut: false, output: '', command: [node, '--test'] }
  const folder = temporaryFolder('run-')
  const [reporter, told] = [join(folder, 'reporter.mjs'), join(folder, 'told')]
  try {
    publish(reporter, REPORTER)
    const command = [
      ...[node, ...options, '--test'],
      ...[`--test-reporter=${reporter}`, `--test-reporter-destination=${told}`],
      ...files.map((file) => join(top, file)),
    ]
    const env = environmentFor(request.env, { CI: '1', NODE_ENV: 'test' })
    const { exit, timedOut, output, missing: none } = await execute(command, { cwd: top, env, timeout })
    if (none) throw missing({ what: 'node was not found', where: node })
    const found = readNodeEvents(readIfThere(told) ?? '', request)
    const counts = found.ended && !timedOut
    const { files: results, cases } = withBroken(found, request)
    const said = found.cases.length === 0 ? output : output || failuresOf(found)
    return {
      cases: counts ? cases : [],
      files: counts ? results : [],
      ...{ exit, timedOut, output: said, command },
    }
  } finally {
    removeAll(folder)
  }
}

/** The reporter is the only one, so that the output says nothing by itself. */
const failuresOf = ({ cases }: Pick<Outcome, 'cases'>) =>
  cases
    .flatMap(({ name, failure }) => (failure ? [`${name}: ${failure.message}`] : []))
    .join('\n')
    .slice(0, 64 << 10)

async function allFiles(top: string): Promise<string[]> {
  const { stdout } = await gitBytes(top, ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  const names = [...new Set(stdout.split('\0').filter((name) => name !== ''))].map(asText)
  return names.filter((name) => readable(join(top, name)))
}

const readable = (path: string) => readIfThere(path) !== undefined

/** What the `test` script of package.json says of node at the base: its options, and which files it takes. */
function scriptOf(top: string, commit: string): { options: string[]; globs: ((path: string) => boolean)[] } {
  const text = askGit(top, ['cat-file', 'blob', `${commit}:package.json`]) ?? ''
  const scripts = objectIn(readJson(text).scripts)
  const script = Object.values(scripts).find((each) => typeof each === 'string' && isNodeTest(each))
  const [, rest = ''] = /\bnode\s+(.*)$/.exec(typeof script === 'string' ? script : '') ?? []
  const words = (rest.match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? []).map((word) =>
    word.replace(/^["']|["']$/g, ''),
  )
  const end = words.findIndex((word) => /^(?:&&|\|\||;|\||>)/.test(word))
  return sorted(end === -1 ? words : words.slice(0, end), top)
}

export const isNodeTest = (script: string) => /\bnode\b[^&|;]*\s--test(?:\s|=|$)/.test(script)

/** A folder means what node takes for tests below it. */
function takes(word: string): (path: string) => boolean {
  const plain = word.replace(/^\.\//, '').replace(/\/$/, '')
  const glob = globPattern(plain)
  if (/[*?{]|\.\w+$/.test(plain)) return (path) => glob.test(path)
  return (path) => (plain === '.' || path.startsWith(`${plain}/`)) && TEST.test(path)
}

function sorted(
  words: readonly string[],
  top: string,
): { options: string[]; globs: ((path: string) => boolean)[] } {
  const options: string[] = []
  const globs: ((path: string) => boolean)[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (!word.startsWith('-')) globs.push(takes(word))
    else if (DROPPED.test(word)) {
      if (/^--test-(?:reporter|reporter-destination|name-pattern|skip-pattern|shard)$/.test(word)) at += 1
    } else {
      options.push(word)
      if (WITH_VALUE.includes(word)) options.push(words[++at] ?? '')
    }
  }
  if (options.some((word) => /[`$]/.test(word)))
    throw refused({
      what: 'the `test` script needs a shell, so node:test cannot be run as it says',
      where: join(top, 'package.json'),
      next: 'Name the command under checks.test in validation.yaml.',
    })
  return { options, globs }
}
