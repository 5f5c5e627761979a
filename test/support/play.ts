/** A run played through the real command line: the test is the lead, and each subagent in turn. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse, stringify } from 'yaml'
import type { Step } from '../../runtime/run/step.ts'
import type { World } from './world.ts'

/** What a role does: files to write, and the report to hand in. */
export interface Act {
  files?: Record<string, string>
  report: Record<string, unknown>
}
export type Acts = (attempt: string) => Act

export class Play {
  readonly world: World
  readonly name: string

  constructor(world: World, name = 'demo') {
    this.world = world
    this.name = name
    // Batches are committed as the user, who has told git who they are.
    world.git('config', 'user.name', 'A user')
    world.git('config', 'user.email', 'user@example.com')
  }

  get folder() {
    return `specs/active/${this.name}`
  }

  write(path: string, text: string): void {
    const full = join(this.world.repo, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text)
  }

  read = (path: string) => readFileSync(join(this.world.repo, path), 'utf8')
  // biome-ignore lint/suspicious/noExplicitAny: whatever the document holds
  yaml = (path: string): any => parse(this.read(`${this.folder}/${path}`))

  spec(
    tasks: { id: string; content: string; file: string; depends_on?: string[] }[],
    more: Record<string, unknown> = {},
  ): void {
    const open = tasks.map((task) => ({ status: 'pending', ...task }))
    this.write(`${this.folder}/tasks.yaml`, `# The tasks.\n${stringify({ spec: this.name, tasks: open })}`)
    this.write(`${this.folder}/spec.md`, '# What is wanted\n')
    for (const [path, value] of Object.entries(more)) this.write(`${this.folder}/${path}`, stringify(value))
    this.commit('The spec')
  }

  commit(message: string): void {
    this.world.git('add', '-A')
    this.world.git('commit', '-q', '-m', message)
  }

  async step(words: string[], env: Record<string, string> = {}): Promise<Step> {
    return JSON.parse(await this.world.ok([...words, '--json'], { env })) as Step
  }

  /** Takes an attempt and hands in; `refused` expects that it is. */
  async act(attempt: string, { files = {}, report }: Act, refused = false): Promise<string> {
    await this.world.ok(['brief', attempt])
    for (const [path, text] of Object.entries(files)) this.write(path, text)
    return this.submit(attempt, report, refused)
  }

  async submit(attempt: string, report: Record<string, unknown>, refused = false): Promise<string> {
    const { code, stdout, stderr } = await this.world.dispatch(['submit', attempt], {
      input: stringify(report),
    })
    if (code !== (refused ? 1 : 0))
      throw new Error(`submit ${attempt} exited with ${code}\n${stdout}${stderr}`)
    return stdout
  }

  /** Does what `next` says until it says something else than to start agents, or `until` does. */
  async until(acts: Acts, until: (step: Step) => boolean = () => false, first?: Step): Promise<Step> {
    for (let step = first ?? (await this.step(['next'])); ; step = await this.step(['next'])) {
      if (step.action !== 'spawn' || until(step)) return step
      for (const { attempt } of step.agents) await this.act(attempt, acts(attempt))
    }
  }
}

/** A project whose tests need nothing but Node, with a function a task: `src/<name>.js`, `test/<name>.test.js`. */
export function nodeProject(play: Play): void {
  play.write(
    'package.json',
    `${JSON.stringify({ name: 'demo', type: 'module', scripts: { test: 'node --test test/' } })}\n`,
  )
  play.write('src/index.js', 'export const name = "demo"\n')
  play.write(
    'test/index.test.js',
    "import { test } from 'node:test'\nimport assert from 'node:assert/strict'\nimport { name } from '../src/index.js'\ntest('has a name', () => assert.equal(name, 'demo'))\n",
  )
  play.commit('The project')
}

const testFor = (name: string, value: number) =>
  `import { test } from 'node:test'\nimport assert from 'node:assert/strict'\nimport { ${name} } from '../src/${name}.js'\ntest('${name} is ${value}', () => assert.equal(${name}(), ${value}))\n`

export const tester = (name: string, value: number): Act => ({
  files: { [`test/${name}.test.js`]: testFor(name, value) },
  report: {
    tester_report: {
      status: 'success',
      test_files: [{ path: `test/${name}.test.js`, tests: [`${name} is ${value}`] }],
    },
  },
})

export const implementer = (name: string, value: number): Act => ({
  files: { [`src/${name}.js`]: `export const ${name} = () => ${value}\n` },
  report: { implementer_report: { status: 'success', implementation_files: [`src/${name}.js`] } },
})

interface Found {
  severity: string
  location: string
  description: string
  task?: string
  gate?: string
}
export const reviewer = (batch: number | 'final', issues: Found[] = []): Act => ({
  report: {
    reviewer_report: {
      reviewer: 'claude',
      batch,
      gates: Object.fromEntries(
        ['correctness', 'style', 'performance', 'security', 'architecture'].map((gate) => [
          gate,
          {
            status: issues.some(
              (issue) => (issue.gate ?? 'correctness') === gate && issue.severity !== 'medium',
            )
              ? 'fail'
              : 'pass',
          },
        ]),
      ),
      issues: issues.map((issue) => ({ gate: 'correctness', ...issue })),
      strengths: [],
    },
  },
})
