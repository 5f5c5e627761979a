/** What of a suite's result is new since the base, and whose it is. Pure. */
import type { SuiteFailure } from '../facts.ts'
import type { Claims } from './claims.ts'
import { framesIn } from './frames.ts'
import type { Outcome } from './runner.ts'
import type { Baseline } from './suite.ts'

export type Found = Omit<SuiteFailure, 'task'>

const MOST_LINES = 20

/** Failures, and tests that are gone or left out although their file is as it was. */
export function newFailures(
  outcome: Outcome,
  before: Baseline,
  isTest: (path: string) => boolean,
  frozen: ReadonlySet<string>,
  timeout: number,
): Found[] {
  const { cases, files, timedOut, exit, output } = outcome
  const known = new Set(before.failed.map(({ file, name }) => `${file}\0${name}`))
  const found: Found[] = []
  for (const { file, name, status, failure } of cases)
    if (status === 'failed' && !known.has(`${file}\0${name}`))
      found.push({ check: 'suite', name, file, lines: relevant(failure?.message ?? '') })
  const failing = new Set(cases.filter(({ status }) => status === 'failed').map(({ file }) => file))
  for (const { path, failure, loaded } of files) {
    if (known.has(`${path}\0`) || (loaded && failure === undefined) || failing.has(path)) continue
    found.push({
      check: 'suite',
      name: 'the file cannot be loaded',
      file: path,
      lines: relevant(failure?.message ?? ''),
    })
  }
  if (timedOut)
    found.push(whole(`the suite did not end within ${Math.round(timeout / 1000)} seconds`, output))
  else found.push(...fewer(outcome, before, [...frozen].filter(isTest)))
  const red = cases.some(({ status }) => status === 'failed') || files.some(({ failure }) => failure)
  if (!timedOut && exit !== 0 && !red && found.length === 0 && (cases.length > 0 || before.files.length > 0))
    found.push(whole('the runner failed although no test did: an error outside of tests', output))
  return found
}

const whole = (name: string, output: string): Found => ({
  check: 'suite',
  name,
  file: undefined,
  lines: output.trim().split('\n').slice(-MOST_LINES),
})

/** No more is excluded than before, and no file that is frozen or was run is missing. */
function fewer({ cases, files }: Outcome, before: Baseline, frozen: readonly string[]): Found[] {
  const found: Found[] = []
  const seen = new Set([...files.map(({ path }) => path), ...cases.map(({ file }) => file)])
  for (const { path, ran } of before.files) {
    if (!seen.has(path)) {
      found.push({
        check: 'suite',
        name: 'this file is not run any more',
        file: path,
        lines: [`${path}: ${ran} tests ran when the batch began, and now the runner does not run the file.`],
      })
      continue
    }
    const own = cases.filter(({ file }) => file === path)
    const now = own.filter(({ status }) => status === 'passed' || status === 'failed').length
    const unloaded = files.some((each) => each.path === path && !each.loaded)
    if (now < ran && !unloaded)
      found.push({
        check: 'suite',
        name: 'fewer of its tests are run than before',
        file: path,
        lines: [`${path}: ${ran} tests ran when the batch began, now ${now} do.`],
      })
  }
  return found.concat(
    frozen
      .filter((path) => !seen.has(path))
      .map((path) => ({
        check: 'suite',
        name: 'this file is not part of the suite',
        file: path,
        lines: [`${path}: its tests are frozen, and a run of the whole suite leaves it out.`],
      })),
  )
}

/** Complaints of a build or type check that it did not have at the base, one for each file. */
export function complaints(
  which: 'build' | 'types',
  now: readonly string[] | undefined,
  before: readonly string[] | undefined,
  top: string,
): Found[] {
  if (now === undefined) return []
  // Places move when lines are added: what is said counts.
  const plain = (line: string) => line.replace(/[:(]\d+([:,]\d+)?\)?/g, '').trim()
  const known = new Set((before ?? []).map(plain))
  const fresh = now.filter((line) => !known.has(plain(line)))
  if (before !== undefined && fresh.length === 0) return []
  const byFile = new Map<string | undefined, string[]>()
  let current: string | undefined
  for (const line of fresh) {
    const [file] = framesIn(line, top)
    if (file !== undefined) current = file
    byFile.set(current, [...(byFile.get(current) ?? []), line])
  }
  return [...byFile]
    .filter(([file]) => file !== undefined || byFile.size === 1)
    .map(([file, lines]) => ({
      check: which,
      name: lines[0]?.trim().slice(0, 300) ?? '',
      file,
      lines: lines.slice(0, MOST_LINES),
    }))
}

/** The lines that tell: what is said, and frames of the project. */
function relevant(message: string): string[] {
  return message
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s*at .*(node_modules|node:|\(native)/.test(line))
    .slice(0, MOST_LINES)
}

/** Whose claim it falls into: first what the failure mentions of product code, then the test file itself. */
export function blame({ file, lines }: Found, claims: Claims, top: string): string | undefined {
  const places = [...(file === undefined ? [] : [file]), ...framesIn(lines.join('\n'), top)]
  for (const place of places) {
    const [only, second] = claims.product(place)
    if (only !== undefined && second === undefined) return only
  }
  for (const place of places) {
    const [only, second] = claims.owners(place)
    if (only !== undefined && second === undefined) return only
  }
  return undefined
}
