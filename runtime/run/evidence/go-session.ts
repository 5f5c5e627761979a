/**
 * One execution of go test. Its unit is the package: all of a folder is built, the tests of the named files are picked
 * by name. What another task has half-written in the same folder is hidden from the compiler when it does not build.
 */
import { join } from 'node:path'
import { dirname, join as joined } from 'node:path/posix'
import { missing } from '../../io/errors.ts'
import { publish } from '../../io/publishing.ts'
import { readIfThere } from '../../io/reading.ts'
import { statIfThere } from '../../io/stat.ts'
import { type Executed, environmentFor, execute } from './execute.ts'
import { buildFailure, type Complaint, complaintsIn } from './go-build.ts'
import { casesOf, type PackageResult, readEvents } from './go-events.ts'
import { moduleOf, modulesIn, pathOf, testFilesIn } from './go-modules.ts'
import { testNames } from './go-text.ts'
import type { FileResult, Outcome, RunRequest, TestCase } from './runner.ts'

/** One module or one package at a time, added up. */
export class GoSession {
  private readonly cases: TestCase[] = []
  private readonly files: FileResult[] = []
  private readonly ran: Executed[] = []
  private readonly commands: string[][] = []
  private readonly until: number
  private readonly program: readonly string[]
  private readonly request: RunRequest
  private readonly folder: string

  constructor(program: readonly string[], request: RunRequest, folder: string) {
    this.program = program
    this.request = request
    this.folder = folder
    this.until = performance.now() + request.timeout
  }

  async run(): Promise<Outcome> {
    const { top, files } = this.request
    if (files === undefined) for (const module of modulesIn(top)) await this.suite(module)
    else
      for (const folder of new Set(files.map((file) => dirname(file))))
        await this.package(
          folder,
          files.filter((file) => dirname(file) === folder),
        )
    const timedOut = this.ran.some((each) => each.timedOut)
    const exits = this.ran.map(({ exit }) => exit)
    return {
      cases: this.cases,
      files: this.files,
      exit: exits.includes(undefined) ? undefined : (exits.find((exit) => exit !== 0) ?? 0),
      timedOut,
      output: this.ran
        .map(({ output }) => shown(output))
        .join('\n')
        .slice(-64 << 10),
      command: this.commands[0] ?? [...this.program],
    }
  }

  private async go(module: string, words: readonly string[]): Promise<Executed> {
    const { top, env } = this.request
    const timeout = Math.max(1, Math.round(this.until - performance.now()))
    // Its own limit comes first where it can: it names the test that hangs.
    const limit = `-timeout=${Math.max(1, Math.round(timeout * 0.9))}ms`
    const command = [...this.program, '-json', '-count=1', limit, ...words]
    const done = await execute(command, { cwd: join(top, module), env: environmentFor(env), timeout })
    if (done.missing)
      throw missing({ what: 'go cannot be started', where: top, next: 'Install Go, or put it on the PATH.' })
    this.commands.push(command)
    return done
  }

  private async package(folder: string, files: readonly string[]): Promise<void> {
    const { top } = this.request
    const module = moduleOf(top, folder)
    const text = new Map(files.map((file) => [file, readIfThere(join(top, file)) ?? '']))
    const names = [...text].flatMap(([file, source]) => testNames(source).map((name) => ({ name, file })))
    const at =
      module === '.' || folder === module
        ? folder.slice(module === '.' ? 0 : module.length)
        : folder.slice(module.length + 1)
    // Written when the tests came to their end, which no text on the standard output can claim.
    const proof = join(this.folder, `proof-${this.ran.length}`)
    const words = [
      ...[`-mutexprofile=${proof}`, `-o=${join(this.folder, 'binary')}`],
      ...[`-run=^(${names.map(({ name }) => name).join('|')})$`, `./${at}`],
    ]
    let done = await this.go(module, words)
    let complaints = complaintsIn(`${done.stderr}\n${readEvents(done.stdout).said}`, module)
    const others = othersIn(complaints, files, folder)
    if (others.length > 0) {
      const overlay = join(this.folder, `overlay-${this.ran.length}.json`)
      publish(
        overlay,
        JSON.stringify({ Replace: Object.fromEntries(others.map((file) => [join(top, file), ''])) }),
      )
      done = await this.go(module, [`-overlay=${overlay}`, ...words])
      complaints = complaintsIn(`${done.stderr}\n${readEvents(done.stdout).said}`, module)
    }
    this.ran.push(done)
    const { packages } = readEvents(done.stdout)
    const [result] = packages
    const about = { folder, module: { folder: module, path: pathOf(top, module) }, units: this.request.units }
    for (const [file, source] of text) {
      const failure =
        buildFailure(complaints, file, source, about) ??
        (complaints.length > 0 && result === undefined ? unbuilt(complaints) : undefined)
      if (failure !== undefined) this.files.push({ path: file, loaded: false, failure })
      else this.files.push(this.loaded(file, names, result, done))
    }
    if (result === undefined) return
    const doubt =
      statIfThere(proof) === undefined
        ? 'The process ended before its tests had come to their end.'
        : undefined
    const fileOf = (top: string) => names.find(({ name }) => name === top)?.file
    this.cases.push(...casesOf(result, fileOf, this.request.units, doubt))
  }

  private loaded(
    path: string,
    names: readonly { name: string; file: string }[],
    result: PackageResult | undefined,
    { timedOut, output }: Executed,
  ): FileResult {
    const own = names.filter(({ file }) => file === path).map(({ name }) => name)
    if (result?.tests.some(({ name }) => own.includes(name))) return { path, loaded: true }
    if (timedOut)
      return {
        path,
        loaded: false,
        failure: { kind: 'timeout', message: 'The time was up before a test began.' },
      }
    const message = `Nothing in it was executed: it holds no test, or go leaves it out.\n${shown(output)}`
    return { path, loaded: false, failure: { kind: 'other', message: message.trim().slice(0, 2000) } }
  }

  private async suite(module: string): Promise<void> {
    const { top, units } = this.request
    const done = await this.go(module, ['./...'])
    this.ran.push(done)
    const { packages, said } = readEvents(done.stdout)
    const root = pathOf(top, module)
    const complaints = complaintsIn(`${done.stderr}\n${said}`, module)
    const texts = testFilesIn(top, module)
    for (const result of packages) {
      const folder = joined(module, result.name.slice(root.length + 1))
      const own = [...texts].filter(([file]) => dirname(file) === folder)
      const names = own.flatMap(([file, source]) => testNames(source).map((name) => ({ name, file })))
      const fileOf = (top: string) => names.find(({ name }) => name === top)?.file
      const cases = casesOf(result, fileOf, units, undefined)
      this.cases.push(...cases)
      for (const path of new Set(cases.map(({ file }) => file).filter(Boolean)))
        this.files.push({ path, loaded: true })
    }
    const about = { folder: module, module: { folder: module, path: root }, units }
    for (const file of new Set(complaints.map((each) => each.file))) {
      const failure = buildFailure(complaints, file, texts.get(file) ?? '', {
        ...about,
        folder: dirname(file),
      })
      if (failure !== undefined) this.files.push({ path: file, loaded: false, failure })
    }
  }
}

/** Test files beside the asked ones which keep the package from being built. */
const othersIn = (complaints: readonly Complaint[], files: readonly string[], folder: string) =>
  [...new Set(complaints.map(({ file }) => file))].filter(
    (file) => file.endsWith('_test.go') && dirname(file) === folder && !files.includes(file),
  )

const unbuilt = (complaints: readonly Complaint[]) =>
  ({
    kind: 'import',
    message: complaints
      .map(({ file, text }) => `${file}: ${text}`)
      .join('\n')
      .slice(0, 2000),
  }) as const

/** Events as what they print. */
const shown = (output: string) =>
  output
    .split('\n')
    .flatMap((line) => {
      const printed = /^\{"Time".*"Output":("(?:[^"\\]|\\.)*")/.exec(line)?.[1]
      if (printed !== undefined) return [JSON.parse(printed) as string]
      return line.startsWith('{"Time"') ? [] : [`${line}\n`]
    })
    .join('')
    .trim()
