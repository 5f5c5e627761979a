/** Whether one test file is RED: every new test of it fails, and for the right reason. Pure. */
import type { RedEvidence } from '../facts.ts'
import { isCaseOf, isNamed, isOld, newOnes, quoted } from './names.ts'
import type { Failure, FileResult, TestCase, Written } from './runner.ts'

export interface RedFile {
  path: string
  /** Tests by its text, at the base and now; undefined where the runner has no reader. */
  before: readonly Written[]
  now: readonly Written[] | undefined
  result: FileResult | undefined
  cases: readonly TestCase[]
  /** Names that the report gives. */
  reported: readonly string[]
  /** Whether a message's innermost frame of the project lies in a claimed product file. */
  inProduct(message: string): boolean
}

type Judged = { reasons: string[]; tests: RedEvidence['tests'] }

export function judgeRedFile(file: RedFile): Judged {
  const { path, before, result, cases } = file
  const now = file.now ?? []
  const fresh = newOnes(now, before)
  if (result === undefined && cases.length === 0)
    return refuse(
      `${path}: the runner does not run this file. Give it a name and a folder that the project's test patterns include, and put a test into it.`,
    )
  const loaded = result?.loaded ?? true
  const found = loaded
    ? judgeCases(file, now, fresh)
    : judgeUnloaded(path, result?.failure, file.now && fresh)
  const names = [...found.tests.map(({ name }) => name), ...fresh.map(({ name }) => name)]
  const known = [...names, ...cases.map(({ name }) => name)]
  const invented = file.reported.filter((name) => !isNamed(name, known))
  return {
    tests: found.tests,
    reasons: [
      ...found.reasons,
      ...judgeText(path, now, fresh, found.tests),
      ...before
        .filter(({ name }) => name !== '' && !now.some((each) => each.name === name))
        .map(
          ({ name }) =>
            `${quoted({ file: path, name })} was there before and is gone. Put it back; write new tests beside it.`,
        ),
      ...(found.reasons.length > 0 || known.length === 0
        ? []
        : invented.map(
            (name) =>
              `${path}: the report names a test "${name}", which is not in the file. Report the names as they are.`,
          )),
    ],
  }
}

const refuse = (...reasons: string[]): Judged => ({ reasons, tests: [] })

/** What the text alone says against a test: it is left out, or nothing is expected in it. */
function judgeText(
  path: string,
  now: readonly Written[],
  fresh: readonly Written[],
  failed: RedEvidence['tests'],
): string[] {
  const whole = now.filter(({ name, excludes }) => name === '' && excludes !== undefined)
  return [
    ...whole.map(
      ({ excludes }) =>
        `${path}: \`${excludes}\` leaves tests out. Remove it: what is not run proves nothing.`,
    ),
    ...fresh.flatMap((test) => {
      const subject = quoted({ file: path, name: test.name })
      if (test.excludes !== undefined)
        return [
          `${subject} is excluded or turned over by \`${test.excludes}\`. Remove that: every new test has to run and fail.`,
        ]
      const shown = failed.some(({ name, kind }) => kind === 'assertion' && isCaseOf(test, name))
      return test.asserts || shown
        ? []
        : [
            `${subject} has no assertion that could fail. Assert what the task demands, on a value that the unit under test gives.`,
          ]
    }),
  ]
}

/** The file could not be loaded: right only if what is missing is the unit under test. */
function judgeUnloaded(
  path: string,
  failure: Failure | undefined,
  fresh: readonly Written[] | undefined,
): Judged {
  const message = failure?.message ?? ''
  const none = fresh?.length === 0 && failure?.kind !== 'syntax' && failure?.kind !== 'import'
  if (none) return refuse(`${path}: no new test was found in it. Write at least one that fails.`)
  if (failure?.kind !== 'missing-unit')
    return refuse(`${path}: ${unloadedReason(failure?.kind)} ${shortened(message)}`)
  if (fresh === undefined)
    return refuse(
      `${path}: without the unit under test the file cannot be loaded, and so its tests are not known. Load the unit inside each test.`,
    )
  const idle = fresh.filter(({ uses }) => uses === false)
  return {
    reasons: idle.map(
      ({ name }) =>
        `${quoted({ file: path, name })} does not use the unit under test, so it would pass without it. Call the unit and assert what it gives.`,
    ),
    tests: fresh.map(({ name }) => ({ file: path, name, kind: 'missing-unit', message })),
  }
}

function unloadedReason(kind: Failure['kind'] | undefined): string {
  if (kind === 'syntax') return 'the file has a syntax error. Mend it.'
  if (kind === 'import')
    return 'an import is broken that is not the unit under test (a product file claimed by the batch). Mend it.'
  if (kind === 'timeout') return 'loading it took too long. Let it wait for nothing.'
  return 'the file could not be run, and not because the unit under test is missing. Mend it.'
}

function judgeCases(file: RedFile, now: readonly Written[], fresh: readonly Written[]): Judged {
  const { path, result, cases } = file
  const reasons: string[] = []
  const tests: RedEvidence['tests'] = []
  if (result?.failure !== undefined && cases.every(({ status }) => status === 'passed'))
    reasons.push(
      `${path}: the file fails outside of its tests. ${shortened(result.failure.message)} Let a test fail instead.`,
    )
  for (const each of cases) {
    if (file.now !== undefined && isOld(each.name, now, fresh)) continue
    const wrong = wrongWith(each, file.inProduct)
    if (wrong !== undefined) reasons.push(`${quoted(each)} ${wrong}`)
    else tests.push(evidence(each))
  }
  for (const { name, ...test } of fresh)
    if (test.excludes === undefined && !cases.some((each) => isCaseOf({ name, ...test }, each.name)))
      reasons.push(
        `${quoted({ file: path, name })} is in the file, but the runner did not run it. Remove what keeps it from running.`,
      )
  if (tests.length === 0 && reasons.length === 0)
    reasons.push(`${path}: no new test was found in it. Write at least one that fails.`)
  return { reasons, tests }
}

const evidence = ({ file, name, failure }: TestCase) => ({
  file,
  name,
  kind: failure?.kind === 'other' ? 'missing-unit' : (failure?.kind ?? 'assertion'),
  message: (failure?.message ?? '').slice(0, 600),
})

/** Why this case is not RED; undefined: it is. */
function wrongWith({ status, failure }: TestCase, inProduct: (message: string) => boolean) {
  if (status === 'passed')
    return 'passes already, so it proves nothing about the work to come. Make it demand what is not there yet, or remove it.'
  if (status !== 'failed') return `is not run (${status}). Remove what leaves it out.`
  const { kind, message } = failure ?? { kind: 'other', message: '' }
  const said = shortened(message)
  if (kind === 'assertion' || kind === 'missing-unit') {
    if (
      /snapshot/i.test(message) &&
      /mismatched|not written|obsolete/i.test(message) &&
      !/\n\s*[-+] /.test(message)
    )
      return 'compares with a snapshot that does not exist. Write the expected value into the test.'
    return undefined
  }
  if (kind === 'syntax') return `meets a syntax error. Mend it. ${said}`
  if (kind === 'import')
    return `meets a broken import of something that is not the unit under test. Mend it. ${said}`
  if (kind === 'timeout')
    return `runs into its time limit instead of failing by an assertion. Assert what has to have happened by then.`
  if (inProduct(message)) return undefined
  return `fails, but neither by an assertion nor because the unit under test is missing. ${said}`
}

/** The first line, for a sentence. */
function shortened(message: string): string {
  const [line = ''] = message.split('\n').filter((each) => /^\s*[^\s●]/.test(each))
  return line === '' ? '' : `It says: ${line.trim().slice(0, 300)}`
}
