/**
 * What a project's test runner is to the run: a way to execute some files or all, and to read the result as facts.
 * One file a runner beside this one. Types only.
 */

import type { Validation } from '../../spec/validation.ts'

export interface Failure {
  /**
   * `assertion`: an expectation was not met. `missing-unit`: what the test imports or calls is not there yet.
   * `import`: an import of something else is broken. `syntax`: the file cannot be read as code.
   */
  kind: 'assertion' | 'missing-unit' | 'import' | 'syntax' | 'timeout' | 'other'
  /** As the runner says it with its stack, at most 2,000 characters, without colours. */
  message: string
}

export interface TestCase {
  /** Relative to the top level, forward slashes. */
  file: string
  /** Describe and test as the runner joins them; with the file it names the test. */
  name: string
  status: 'passed' | 'failed' | 'skipped' | 'todo'
  failure?: Failure
}

export interface FileResult {
  path: string
  /** False where it could not be loaded, so that its tests have no names. */
  loaded: boolean
  failure?: Failure
}

export interface Outcome {
  cases: TestCase[]
  files: FileResult[]
  /** Undefined where a signal or the time limit ended it. */
  exit: number | undefined
  timedOut: boolean
  /** Both streams, the last 64 kB, without colours. */
  output: string
  /** What was executed. */
  command: string[]
}

/** A test as its text has it, which is all there is of one that cannot be loaded yet. */
export interface Written {
  /** As in a case, without parameters; empty for what holds for the whole file. */
  name: string
  line: number
  /** Whether it holds an assertion that could fail: a call without one, or one on a constant, proves nothing. */
  asserts: boolean
  /** What leaves it out or others, as it is written: `t.Skip`, `@pytest.mark.skipif`, `.only`. */
  excludes: string | undefined
  /** All of it, to tell whether it is still the test that it was; where undefined, its name tells. */
  text?: string | undefined
  /** The name has `*` where it is computed. */
  dynamic?: boolean | undefined
  /** Whether it uses what is tested (one of `units`); undefined: cannot be told. */
  uses?: boolean | undefined
}

export interface RunRequest {
  /** Top level of the work tree. */
  top: string
  /** Relative paths of test files; undefined: the whole suite. */
  files?: readonly string[]
  /** Claimed product files: what may be missing is one of these, or a name in it. Undefined: anything of the project. */
  units?: readonly string[]
  /** Milliseconds. */
  timeout: number
  env: NodeJS.ProcessEnv
}

/** What a runner is made from. */
export interface RunnerContext {
  top: string
  /** Configuration is read from here, never from the work tree. */
  commit: string
  checks: Validation['checks']
  env: NodeJS.ProcessEnv
}

export interface Runner {
  /** `vitest`, `jest`, `node:test`, `pytest`, `go test`, `command`. */
  name: string
  /** Whether a path is a test file by this project's rules. */
  isTest(path: string): boolean
  /** Whether a path decides what is run or how: nobody inside a run may touch it. */
  isConfiguration(path: string): boolean
  /** The tests of a file's text, without running it. `units` as in a request. */
  read?(path: string, text: string, units?: readonly string[]): Written[]
  /** Of a configuration that holds other things too (package.json), the part that counts; else all of it counts. */
  relevant?(path: string, text: string): string
  /** Names the installed runner by its content, to see that nobody changed it. */
  fingerprint?(top: string): string
  /** @throws exit 69 where the runner cannot be started */
  run(request: RunRequest): Promise<Outcome>
}
