/**
 * Which path belongs to which open task. A task names its product files, and with them goes the right to add the tests
 * of them: beside the product, or where the project keeps its tests. Pure.
 */
import { basename, dirname } from 'node:path/posix'
import type { PlannedTask } from '../facts.ts'
import type { Runner } from './runner.ts'

export interface Claims {
  /** Ids of the tasks that may change this path as their product. */
  product(path: string): string[]
  /** Ids of the tasks that may write this path as a test or as what a test needs. */
  test(path: string): string[]
  /** Of those, the ones whose product it is named after; all of them where it is named after none. */
  owners(path: string): string[]
}

const TEST_FOLDER =
  /^(tests?|__tests?__|specs?|__specs__|e2e|testing|testdata|__fixtures__|fixtures|__snapshots__|__mocks__)$/i

export const inTestFolder = (path: string) =>
  dirname(path)
    .split('/')
    .some((name) => TEST_FOLDER.test(name))

/** `src/cache.ts`, `cache.test.ts` and `test_cache.py` are about the same thing. */
const stem = (path: string) =>
  basename(path)
    .replace(/\.snap$/, '')
    .replace(/\.[^.]+$/, '')
    .replace(/[._-](tests?|spec)$/i, '')
    .replace(/^test[._-]/i, '')
    .toLowerCase()

export function claimsOf(tasks: readonly PlannedTask[], runner: Pick<Runner, 'isTest'>): Claims {
  const covers = (named: string, path: string) => path === named || path.startsWith(`${named}/`)
  // `specs/` is where the pipeline keeps its documents, and `specs/active/x` is no place for tests of a task.
  const supports = (path: string) => inTestFolder(path) && !/^specs\/(draft|active|archive)\//.test(path)
  const ofTests = (path: string) => runner.isTest(path) || supports(path)
  const beside = (product: string, path: string) => {
    const folder = dirname(product)
    // Below the top level lies everything.
    return folder === dirname(path) || (folder !== '.' && path.startsWith(`${folder}/`))
  }
  const idsWhere = (holds: (task: PlannedTask) => boolean) => tasks.filter(holds).map(({ id }) => id)
  const product = (path: string) =>
    idsWhere(({ files }) =>
      files.length === 0 ? !ofTests(path) : files.some((named) => !ofTests(named) && covers(named, path)),
    )
  const test = (path: string) => {
    if (!ofTests(path)) return []
    return idsWhere(
      ({ files }) =>
        files.length === 0 ||
        supports(path) ||
        files.some((named) => covers(named, path) || (runner.isTest(path) && beside(named, path))),
    )
  }
  return {
    product,
    test,
    owners: (path) => {
      const all = test(path)
      const named = idsWhere(
        ({ id, files }) =>
          all.includes(id) && files.some((file) => covers(file, path) || stem(file) === stem(path)),
      )
      return named.length > 0 ? named : all
    },
  }
}
