/**
 * What a project's test runner is to the run: a way to execute some files or all, and to read the result as facts.
 * One file a runner beside this one. Types only.
 */

export interface Failure {
  /**
   * `assertion`: an expectation was not met. `missing-unit`: what the test imports or calls is not there yet.
   * `import`: an import of something else is broken. `syntax`: the file cannot be read as code.
   */
  kind: 'assertion' | 'missing-unit' | 'import' | 'syntax' | 'timeout' | 'other'
  /** As the runner says it, at most 2,000 characters, without colours. */
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

export interface RunRequest {
  /** Top level of the work tree. */
  top: string
  /** Relative paths of test files; undefined: the whole suite. */
  files?: readonly string[]
  /** Milliseconds. */
  timeout: number
  env: NodeJS.ProcessEnv
}

export interface Runner {
  /** `vitest`, `jest`, `node:test`, `pytest`, `go test`, `command`. */
  name: string
  /** Whether a path is a test file by this project's rules. */
  isTest(path: string): boolean
  /** Whether a path decides what is run or how: nobody inside a run may touch it. */
  isConfiguration(path: string): boolean
  /** @throws exit 69 where the runner cannot be started */
  run(request: RunRequest): Promise<Outcome>
}
