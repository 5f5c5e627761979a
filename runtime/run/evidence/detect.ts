/**
 * Which test runner a project has, from what its base commit says: its package.json, pyproject.toml, go.mod. One runner
 * a run: of a repository with several, or with tests in packages of their own, `checks.test` names the one that counts.
 */
import { refused } from '../../io/errors.ts'
import { askGit } from '../../io/git.ts'
import { commandRunner } from './command.ts'
import { goRunner } from './go.ts'
import { jestRunner } from './jest.ts'
import { objectIn, readJson } from './js-project.ts'
import { isNodeTest, nodeTestRunner } from './node-test.ts'
import { pytestRunner } from './pytest.ts'
import type { Runner, RunnerContext } from './runner.ts'
import { vitestRunner } from './vitest.ts'

const RUNNERS: Record<string, (context: RunnerContext) => Runner> = {
  vitest: vitestRunner,
  jest: jestRunner,
  'node:test': nodeTestRunner,
  pytest: pytestRunner,
  'go test': goRunner,
  command: commandRunner,
}
/** As people write them. */
const ALIASES: Record<string, string> = {
  node: 'node:test',
  'node-test': 'node:test',
  go: 'go test',
  python: 'pytest',
}

/** @throws exit 1 where none is found, or several are */
export async function detectRunner(context: RunnerContext): Promise<Runner> {
  const { checks } = context
  const wanted = checks.runner ?? (checks.test === undefined ? undefined : 'command')
  const names = wanted === undefined ? found(context) : [ALIASES[wanted] ?? wanted]
  const [name, second] = names
  const make = RUNNERS[name ?? '']
  if (make !== undefined && second === undefined) return make(context)
  throw refused({
    what:
      name === undefined
        ? 'this project has no test runner that is known'
        : 'which test runner counts is not clear',
    where: context.top,
    expected: Object.keys(RUNNERS).join(', '),
    found: names.join(' and ') || 'none of them at the base commit',
    next: 'Name it in validation.yaml, under checks: `test: {runner: vitest}`, or `test: {command: …, junit: report.xml}` for any other.',
  })
}

function found({ top, commit }: RunnerContext): string[] {
  const text = (path: string) => askGit(top, ['cat-file', 'blob', `${commit}:${path}`])
  const names = (askGit(top, ['ls-tree', '-z', '--name-only', commit]) ?? '').split('\0')
  return [
    ...ofNode(text('package.json'), names),
    ...ofPython(text, names),
    ...(names.includes('go.mod') ? ['go test'] : []),
  ]
}

function ofNode(source: string | undefined, names: readonly string[]): string[] {
  if (source === undefined) return []
  const json = readJson(source)
  const scripts = Object.entries(objectIn(json.scripts)).flatMap(([name, script]) =>
    typeof script === 'string' ? [{ name, script }] : [],
  )
  const packages = { ...objectIn(json.dependencies), ...objectIn(json.devDependencies) }
  const configured = (name: string) => names.some((each) => each.startsWith(`${name}.config.`))
  const candidates = [
    ...('vitest' in packages || configured('vitest') ? ['vitest'] : []),
    ...('jest' in packages || 'jest' in json || configured('jest') ? ['jest'] : []),
    ...(scripts.some(({ script }) => isNodeTest(script)) ? ['node:test'] : []),
  ]
  // A project on its way from one to another says with its script which one counts.
  const test = scripts.find(({ name }) => name === 'test')?.script ?? ''
  const called = candidates.filter((name) =>
    name === 'node:test' ? isNodeTest(test) : new RegExp(`\\b${name}\\b`).test(test),
  )
  return called.length > 0 ? called : candidates
}

function ofPython(text: (path: string) => string | undefined, names: readonly string[]): string[] {
  const sure = ['pytest.ini', '.pytest.ini', 'conftest.py'].some((name) => names.includes(name))
  const said = [
    'pyproject.toml',
    'setup.cfg',
    'tox.ini',
    'setup.py',
    'Pipfile',
    'requirements.txt',
    'requirements-dev.txt',
    'dev-requirements.txt',
  ]
    .filter((name) => names.includes(name))
    .some((name) => /\bpytest\b/.test(text(name) ?? ''))
  return sure || said ? ['pytest'] : []
}
