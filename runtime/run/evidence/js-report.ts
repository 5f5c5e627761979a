/** The JSON that jest writes, and vitest in the same form, as cases and files. Pure. */
import { isAbsolute, relative } from 'node:path'
import * as v from 'valibot'
import { jsFailure } from './js-failure.ts'
import type { FileResult, Outcome, RunRequest, TestCase } from './runner.ts'

const Report = v.object({
  testResults: v.array(
    v.object({
      name: v.string(),
      status: v.string(),
      message: v.nullish(v.string(), ''),
      assertionResults: v.array(
        v.object({
          ancestorTitles: v.array(v.string()),
          title: v.string(),
          status: v.string(),
          failureMessages: v.nullish(v.array(v.string()), []),
        }),
      ),
    }),
  ),
})

const STATUS: Record<string, TestCase['status']> = {
  passed: 'passed',
  failed: 'failed',
  todo: 'todo',
}

/** @param text undefined or broken off: the runner ended before it wrote it, and nothing counts */
export function readJestReport(
  text: string | undefined,
  { top, files, units }: Pick<RunRequest, 'top' | 'files' | 'units'>,
): Pick<Outcome, 'cases' | 'files'> {
  const report = v.safeParse(Report, parsed(text))
  if (!report.success) return { cases: [], files: [] }
  const wanted = files && new Set(files)
  const results: FileResult[] = []
  const cases: TestCase[] = []
  for (const { name, status, message, assertionResults } of report.output.testResults) {
    const file = (isAbsolute(name) ? relative(top, name) : name).replaceAll('\\', '/')
    // A filter of the runner may match more than was asked for.
    if (wanted !== undefined && !wanted.has(file)) continue
    const about = { file, top, units }
    const loaded = status !== 'failed' || assertionResults.length > 0
    results.push({
      path: file,
      loaded,
      ...(status === 'failed' && !assertionResults.some((each) => each.status === 'failed')
        ? { failure: jsFailure({ ...about, message: message ?? '', loading: true }) }
        : {}),
    })
    for (const each of assertionResults) {
      const state = STATUS[each.status] ?? 'skipped'
      cases.push({
        file,
        name: [...each.ancestorTitles, each.title].filter((part) => part !== '').join(' > '),
        status: state,
        ...(state === 'failed'
          ? {
              failure: jsFailure({
                ...about,
                message: (each.failureMessages ?? []).join('\n'),
                loading: false,
              }),
            }
          : {}),
      })
    }
  }
  return { cases, files: results }
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
