/**
 * A project in which a tester and an implementer work: files are edited as they would be, by a tool or by a shell, and
 * then the verifier is asked, as `submit` asks it. Made once a kit, copied for each play.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { verifyGreen } from '../../runtime/run/evidence/green.ts'
import { verifyRed } from '../../runtime/run/evidence/red.ts'
import type { Runner } from '../../runtime/run/evidence/runner.ts'
import { snapshot } from '../../runtime/run/evidence/snapshot.ts'
import { type Baseline, runSuite } from '../../runtime/run/evidence/suite.ts'
import type { Verdict } from '../../runtime/run/evidence/verdict.ts'
import type { Frozen, PlannedTask, RedEvidence } from '../../runtime/run/facts.ts'
import type { Case, Kit } from './kit.ts'

const CHECKS = {
  runner: undefined,
  test: undefined,
  junit: undefined,
  build: undefined,
  types: undefined,
  timeout: undefined,
}
const LIMIT = 60_000

const planned = (id: string, ...files: string[]): PlannedTask => ({
  id,
  content: `Write ${files.join(' and ')}`,
  activeForm: `Writing ${files.join(' and ')}`,
  files,
  testHints: [],
})

/** The two tests that an honest tester writes. */
export const honestCases = ({ say }: Kit): Case[] => [
  { word: 'adds', body: say.equal(say.sum, 3) },
  { word: 'empty', body: say.equal(say.none, 0) },
]

interface Submission {
  /** Milliseconds. */
  timeout?: number
  /** Of the report; otherwise the kit's test file with the names of the honest tests. */
  files?: { path: string; tests: string[] }[]
  task?: string
}

export class Stage {
  readonly kit: Kit
  readonly folder: string
  /** Open tasks of the batch; a play may have others. */
  tasks: PlannedTask[]
  /** What was accepted of the task's tester, and of others. */
  red: RedEvidence | undefined
  frozen: Frozen[] = []
  /** What a play wants to be said at the submission. */
  said: Submission = {}
  /** What the caller's shell had. */
  env: NodeJS.ProcessEnv = process.env
  private readonly base: { commit: string; tree: string; runner?: string }
  private readonly runner: Runner

  constructor(kit: Kit, folder: string, base: { commit: string; tree: string }, red?: RedEvidence) {
    this.kit = kit
    this.folder = folder
    this.tasks = [planned('T001', kit.unit), planned('T002', kit.second.unit)]
    this.runner = kit.runner({ top: folder, commit: base.commit, env: process.env, checks: CHECKS })
    const fingerprint = this.runner.fingerprint?.(folder)
    this.base = { ...base, ...(fingerprint !== undefined && { runner: fingerprint }) }
    this.red = red
    this.frozen = red?.frozen ?? []
  }

  /** Gives T001 these product files. */
  claim(...files: string[]): void {
    this.tasks = [planned('T001', ...files), planned('T002', this.kit.second.unit)]
  }

  write(path: string, text: string): void {
    const full = join(this.folder, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text)
  }

  shell(script: string): void {
    execFileSync('sh', ['-ec', script], { cwd: this.folder, env: gitEnvironment, stdio: 'pipe' })
  }

  git(...args: string[]): string {
    return inGit(this.folder, ...args)
  }

  async submitRed({ timeout = LIMIT, files, task = 'T001' }: Submission = {}): Promise<Verdict> {
    const { kit } = this
    const tests = honestCases(kit).map(({ word }) => kit.title(word))
    const verdict = await verifyRed({
      ...this.grounds(),
      task,
      timeout,
      report: { status: 'success', test_files: files ?? [{ path: kit.test, tests }], gap_reason: undefined },
    })
    if (verdict.evidence !== undefined) {
      this.frozen = [...this.frozen, ...verdict.evidence.frozen]
      if (task === 'T001') this.red = verdict.evidence
    }
    return verdict
  }

  async submitGreen({
    timeout = LIMIT,
    files = [this.kit.unit],
  }: {
    timeout?: number
    files?: string[]
  } = {}): Promise<Verdict> {
    if (this.red === undefined) throw new Error('nothing was accepted of the tester')
    return verifyGreen({
      ...this.grounds(),
      task: 'T001',
      timeout,
      red: this.red,
      report: {
        status: 'success',
        implementation_files: files,
        clarifications: [],
        blocked_reason: undefined,
      },
    })
  }

  async suite(baseline: Baseline | undefined) {
    const { folder: top, runner, tasks, frozen, env } = this
    return runSuite({ top, runner, checks: {}, baseline, tasks, frozen, env })
  }

  private grounds() {
    const { folder: top, runner, base, tasks, frozen, env } = this
    return { top, runner, base, tasks, frozen, env }
  }
}

const gitEnvironment = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'T',
  GIT_AUTHOR_EMAIL: 't@example.com',
  GIT_COMMITTER_NAME: 'T',
  GIT_COMMITTER_EMAIL: 't@example.com',
}

const inGit = (cwd: string, ...args: string[]) =>
  execFileSync('git', args, { cwd, env: gitEnvironment, encoding: 'utf8' })

/** The project at the batch's base, and after an honest tester was accepted: what plays are copied from. */
export class Template {
  private readonly made: string
  private readonly kit: Kit
  private base: { commit: string; tree: string } = { commit: '', tree: '' }
  private red: RedEvidence | undefined
  private plays = 0

  private constructor(kit: Kit) {
    this.kit = kit
    // A path with a space and an umlaut in it: somebody's is like that.
    this.made = realpathSync(mkdtempSync(join(tmpdir(), 'corpus wörk ')))
  }

  static async of(kit: Kit): Promise<Template> {
    const template = new Template(kit)
    const folder = template.at('base')
    mkdirSync(folder)
    for (const [path, text] of Object.entries(kit.base)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    kit.install?.(folder)
    inGit(folder, 'init', '-q', '-b', 'main')
    inGit(folder, 'add', '.')
    inGit(folder, 'commit', '-q', '-m', 'Begin')
    const commit = inGit(folder, 'rev-parse', 'HEAD').trim()
    template.base = { commit, tree: await snapshot(folder) }
    const tester = template.stage()
    tester.write(kit.test, kit.tests(honestCases(kit)))
    const { accepted, reasons } = await tester.submitRed()
    if (!accepted) throw new Error(`an honest tester was refused: ${reasons.join('\n')}`)
    template.red = tester.red
    return template
  }

  /** Where a batch begins. */
  stage(): Stage {
    return new Stage(this.kit, this.copy(), this.base)
  }

  /** Where the tests of T001 were accepted. */
  afterRed(): Stage {
    const stage = new Stage(this.kit, this.copy(), this.base, this.red)
    stage.write(this.kit.test, this.kit.tests(honestCases(this.kit)))
    return stage
  }

  remove(): void {
    rmSync(this.made, { recursive: true, force: true })
  }

  private copy(): string {
    const folder = this.at(`play ${++this.plays}`)
    cpSync(this.at('base'), folder, { recursive: true, verbatimSymlinks: true })
    return folder
  }

  private at(name: string): string {
    return join(this.made, name)
  }
}
