/** pytest, as `python3 -m pytest` unless the spec names another command, told what to report by a plugin of ours. */
import { join } from 'node:path'
import { missing } from '../../io/errors.ts'
import { temporaryFolder } from '../../io/folders.ts'
import { askGit } from '../../io/git.ts'
import { removeAll } from '../../io/handling.ts'
import { publish } from '../../io/publishing.ts'
import { readIfThere } from '../../io/reading.ts'
import { environmentFor, execute } from './execute.ts'
import { PLUGIN } from './pytest-plugin.ts'
import { readReport } from './pytest-report.ts'
import { readPython } from './pytest-text.ts'
import type { Outcome, Runner, RunnerContext, RunRequest } from './runner.ts'

/**
 * What pytest or Python reads before it comes to a test; a module of such a name at the top level would be imported
 * in the place of the real one.
 */
const CONFIGURATION =
  /(?:^|\/)(?:\.?pytest\.(?:ini|toml)|pyproject\.toml|setup\.cfg|tox\.ini|conftest\.py|sitecustomize\.py|usercustomize\.py|[^/]+\.pth|\.env(?:\.(?:test|local))?)$|^(?:_?pytest|pluggy|unittest)(?:\.py$|\/)/
const CONFIGURATION_FILES = [
  'pytest.toml',
  '.pytest.toml',
  'pytest.ini',
  '.pytest.ini',
  'pyproject.toml',
  'tox.ini',
  'setup.cfg',
]

export function pytestRunner({ top, commit, env, checks }: RunnerContext): Runner {
  const patterns = patternsOf(top, commit)
  const command = checks.runner === 'pytest' && checks.test ? checks.test : ['python3', '-m', 'pytest']
  return {
    name: 'pytest',
    isTest: (path) => path.endsWith('.py') && patterns.some((pattern) => pattern.test(path)),
    isConfiguration: (path) => CONFIGURATION.test(path),
    relevant: (path, text) => (path.endsWith('.toml') || path.endsWith('.cfg') ? sectionsOf(text) : text),
    read: (_path, text, units) => readPython(text, units),
    run: (request) => run(command, { ...request, env: { ...env, ...request.env } }),
  }
}

async function run(program: readonly string[], request: RunRequest): Promise<Outcome> {
  const { top, files, timeout } = request
  const folder = temporaryFolder('run-')
  try {
    publish(join(folder, 'telling.py'), PLUGIN)
    const command = [
      ...program,
      ...['-p', 'telling', '-p', 'no:cacheprovider', '--color=no'],
      // What the project says of stopping early would leave tests without a result.
      ...['--maxfail=0', '--continue-on-collection-errors'],
      ...(files ?? []).map((file) => (file.startsWith('-') ? `./${file}` : file)),
    ]
    const env = environmentFor(request.env, {
      PYTHONPATH: [folder, request.env.PYTHONPATH].filter(Boolean).join(':'),
      PYTHONDONTWRITEBYTECODE: '1',
    })
    const { exit, timedOut, output, missing: noProgram } = await execute(command, { cwd: top, env, timeout })
    const report = readIfThere(join(folder, 'report'))
    if (report === undefined && (noProgram || /No module named '?pytest'?$/m.test(output)))
      throw missing({
        what: 'pytest cannot be started',
        where: top,
        found: output.trim().slice(-200),
        next: 'Install pytest for this python3, or name the command under checks.test in validation.yaml.',
      })
    return { ...readReport(report ?? '', request, { timedOut, exit }), exit, timedOut, output, command }
  } finally {
    removeAll(folder)
  }
}

/** The project's own `python_files`, as it was at the base; a configuration format of its own a file. */
function patternsOf(top: string, commit: string): RegExp[] {
  for (const file of CONFIGURATION_FILES) {
    const text = askGit(top, ['show', `${commit}:${file}`])
    const said = text === undefined ? undefined : globsIn(text)
    if (said !== undefined) return said.map(asPattern)
  }
  return ['test_*.py', '*_test.py'].map(asPattern)
}

/** `python_files = test_*.py check_*.py`, over several indented lines, or as a list of TOML. */
export function globsIn(text: string): string[] | undefined {
  const [, said] = /^python_files\s*[=:]\s*(\[[^\]]*\]|.*(?:\n[ \t]+\S.*)*)/m.exec(text) ?? []
  const globs = said
    ?.replace(/#.*$/gm, '')
    .split(/[\s,"'[\]]+/)
    .filter(Boolean)
  return globs === undefined || globs.length === 0 ? undefined : globs
}

/** Of the name alone, or of the whole path where the glob has a slash, as pytest has it. */
function asPattern(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', glob.includes('/') ? '.*' : '[^/]*')
    .replaceAll('?', '.')
  return new RegExp(`(?:^|/)${source}$`)
}

/** Of a file that holds much else, what pytest reads in it. */
export const sectionsOf = (text: string) =>
  text
    .split(/^(?=\[)/m)
    .filter((section) => /^\[(?:tool[.:])?(?:pytest|coverage)\b/.test(section))
    .map((section) => section.trim())
    .join('\n')
