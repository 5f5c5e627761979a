/**
 * What the corpus needs of a language and its runner: a small project, and the words in which a tester and an
 * implementer would write. The same cheats and honest runs are played in each. The task in all of them: `total` adds up
 * a list of numbers; `tax` is the second task of the batch; `money` was there before.
 */
import type { Runner, RunnerContext } from '../../runtime/run/evidence/runner.ts'

export type KitName = 'vitest' | 'jest' | 'node:test' | 'pytest' | 'go test'

export interface Case {
  /** A word, of which `title` makes the name of a test. */
  word: string
  /** Statements. */
  body: string
}

export interface Kit {
  name: KitName
  runner(context: RunnerContext): Runner
  /** Why it cannot be played here. */
  absent(): string | undefined
  /** The project as it is when the batch begins. */
  base: Record<string, string>
  /** Lays out what git does not hold: installed packages. */
  install?(folder: string): void
  /** The product file that T001 claims, and where its tests go. */
  unit: string
  test: string
  /** Of T002. */
  second: { unit: string; test: string }
  /** Product and tests that were there before. */
  old: { unit: string; test: string }
  /** A second place where the project keeps tests of the unit. */
  elsewhere: string
  /** A configuration that leaves the tests out, and one that shadows the project's own. */
  excluding: { path: string; text: string }
  shadowing: { path: string; text: string }
  /** Configuration that puts something else in the place of the unit: setup file, conftest, TestMain. */
  mocking: { path: string; text: string }
  /** The file that names the command or the modules. */
  manifest: string
  /** The name that the runner gives to a test. */
  title(word: string): string
  /** A test file for the unit: `head` goes below the imports. */
  tests(cases: readonly Case[], head?: string): string
  /** The same for `elsewhere`. */
  testsElsewhere(cases: readonly Case[]): string
  /** The same for `tax`. */
  secondTests: string
  declare: {
    plain(of: Case): string
    skipped(of: Case): string
    /** Only where the language has them. */
    only?(of: Case): string
    todo?(of: Case): string
    conditional(of: Case): string
    expectedToFail?(of: Case): string
    /** Over the cases 1, 2 and 3. */
    parametrised(of: Case): string
  }
  say: {
    /** `total` of 1 and 2; of nothing; `rounded` of 20, `doubled` of 4. */
    sum: string
    /** An assertion that has nothing to do with the unit. */
    unrelated: string
    known: string
    doubled: string
    none: string
    /** An assertion. */
    equal(expression: string, value: number): string
    constant: string
    /** A call without an assertion. */
    call: string
    swallowed(body: string): string
    early(body: string): string
    /** Runs the body only where a variable of the environment is set. */
    guarded(body: string): string
    hangs: string
    exits: string
    /** Adds a comment to the test's own file. */
    rewritesItself: string
    /** Says with the runner's words that all tests passed. */
    prints(titles: readonly string[]): string
    missingImport: string
    syntaxError: string
  }
  /** Files of the unit. */
  product: {
    right: string
    wrong: string
    /** Right only where the verifier gives itself away. */
    forVerifier: string
    /** Says that all passed and ends the process well as soon as it is loaded or called. */
    exitsWell(titles: readonly string[]): string
    hangs: string
  }
  /** `tax`, right, and a test of it that is being written. */
  secondProduct: string
  broken: string
  /** The old test file with further tests; `say.known` holds already, `say.doubled` not before `extendedProduct`. */
  extended(cases: readonly Case[]): string
  extendedProduct: string
  /** The old tests, one of them gone or weakened. */
  oldTests: { without: string; weakened: string }
}
