/** Whether one frozen test file is GREEN. Pure. */
import { isCaseOf, quoted } from './names.ts'
import type { FileResult, TestCase, Written } from './runner.ts'

export interface GreenFile {
  path: string
  /** Its tests by its text, which is frozen. */
  written: readonly Written[]
  /** Names that failed when it was accepted. */
  expected: readonly string[]
  result: FileResult | undefined
  cases: readonly TestCase[]
}

export function judgeGreenFile({ path, written, expected, result, cases }: GreenFile): string[] {
  if (result === undefined && cases.length === 0)
    return [
      `${path}: the runner did not run this file, or ended before its result was known. Nothing may leave it out, and no code may end the process.`,
    ]
  if (result?.loaded === false)
    return [`${path}: the file cannot be loaded. ${shortened(result.failure?.message)}`]
  const wrong = cases.flatMap((each) => {
    // What was there before is judged by the whole suite, against the base.
    if (each.status === 'passed' || !isFrozen(each.name, written, expected)) return []
    if (each.status === 'failed') return [`${quoted(each)} fails. ${shortened(each.failure?.message)}`]
    return [`${quoted(each)} was not run (${each.status}). Every frozen test has to run and pass.`]
  })
  const gone = expected.filter((name) => !cases.some((each) => isExpected(each.name, name, written)))
  return [
    ...wrong,
    ...gone.map(
      (name) =>
        `${quoted({ file: path, name })} is frozen and was not run. Remove what keeps it from running.`,
    ),
    ...(wrong.length === 0 && gone.length === 0 && result?.failure !== undefined && !old(cases)
      ? [`${path}: the file fails outside of its tests. ${shortened(result.failure.message)}`]
      : []),
  ]
}

const old = (cases: readonly TestCase[]) => cases.some(({ status }) => status === 'failed')

/** Where the unit was missing, the evidence has names as the text has them; else as the runner said them. */
const isExpected = (name: string, expected: string, written: readonly Written[]) =>
  name === expected || written.some((each) => each.name === expected && isCaseOf(each, name))

const isFrozen = (name: string, written: readonly Written[], expected: readonly string[]) =>
  expected.some((each) => isExpected(name, each, written))

function shortened(message: string | undefined): string {
  const lines = (message ?? '').split('\n').filter((line) => line.trim() !== '')
  return lines.slice(0, 12).join('\n').slice(0, 1200)
}
