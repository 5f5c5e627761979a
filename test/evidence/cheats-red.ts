/** What a tester could try. Each is refused, with the reason. */
import type { Case } from './kit.ts'
import type { Cheat } from './plays.ts'
import { honestCases, type Stage } from './stage.ts'

/** The test file with these cases beside an honest one, and a report that names them. */
function with_(stage: Stage, text: (of: Case) => string, body?: string) {
  const { kit } = stage
  const [honest] = honestCases(kit)
  const of: Case = { word: 'works', body: body ?? kit.say.equal(kit.say.sum, 3) }
  stage.write(kit.test, kit.tests(honest === undefined ? [] : [honest], text(of)))
  stage.said = { files: [{ path: kit.test, tests: ['adds', 'works'].map(kit.title) }] }
}
const written = (body: (stage: Stage) => string) => (stage: Stage) =>
  with_(stage, stage.kit.declare.plain, body(stage))
const honest = (stage: Stage) => stage.write(stage.kit.test, stage.kit.tests(honestCases(stage.kit)))

/** In the old file, which can be loaded: so it is run, whatever is in it. */
function extended(stage: Stage, ...cases: Case[]) {
  const { kit } = stage
  stage.claim(kit.old.unit)
  stage.write(kit.old.test, kit.extended(cases))
  stage.said = { files: [{ path: kit.old.test, tests: cases.map(({ word }) => kit.title(word)) }] }
}
const demanding = ({ kit: { say } }: Stage): Case => ({ word: 'doubles', body: say.equal(say.doubled, 8) })

export const redCheats: Cheat[] = [
  {
    name: 'a test that passes already',
    reason: /passes already/,
    play: (stage) => extended(stage, { word: 'known', body: stage.kit.say.equal(stage.kit.say.known, 20) }),
  },
  {
    name: 'one of several passes already',
    reason: /passes already/,
    not: ['go test'],
    play: (stage) =>
      extended(stage, demanding(stage), {
        word: 'known',
        body: stage.kit.say.equal(stage.kit.say.known, 20),
      }),
  },
  {
    name: 'one of several never comes to the unit, in a file that cannot be loaded yet',
    reason: /does not use the unit|no assertion/,
    play: written(({ kit }) => kit.say.unrelated),
  },
  {
    name: 'a skipped test',
    reason: /excluded|not run/,
    play: (stage) => with_(stage, stage.kit.declare.skipped),
  },
  {
    name: 'a skipped test in a file that runs',
    reason: /excluded|not run/,
    play: (stage) => {
      const { kit } = stage
      const of = demanding(stage)
      stage.claim(kit.old.unit)
      stage.write(kit.old.test, `${kit.extended([])}\n${kit.declare.skipped(of)}`)
      stage.said = { files: [{ path: kit.old.test, tests: [kit.title(of.word)] }] }
    },
  },
  {
    name: 'only',
    reason: /excluded|not run/,
    has: 'only',
    play: (stage) => with_(stage, (of) => stage.kit.declare.only?.(of) ?? ''),
  },
  {
    name: 'todo',
    reason: /excluded|not run/,
    has: 'todo',
    play: (stage) => with_(stage, (of) => stage.kit.declare.todo?.(of) ?? ''),
  },
  {
    name: 'a test that is expected to fail',
    reason: /excluded|not run/,
    has: 'expectedToFail',
    play: (stage) => with_(stage, (of) => stage.kit.declare.expectedToFail?.(of) ?? ''),
  },
  {
    name: 'left out where a variable is set',
    reason: /excluded|not run/,
    play: (stage) => with_(stage, stage.kit.declare.conditional),
  },
  {
    name: 'asserts only where a variable is set',
    reason: /excluded|no assertion/,
    play: written(({ kit: { say } }) => say.guarded(say.equal(say.sum, 3))),
  },
  {
    name: 'returns before it asserts',
    reason: /no assertion|excluded/,
    play: written(({ kit: { say } }) => say.early(say.equal(say.sum, 3))),
  },
  { name: 'no assertion', reason: /no assertion/, play: written(({ kit: { say } }) => say.call) },
  {
    name: 'an assertion about nothing',
    reason: /no assertion/,
    play: written(({ kit: { say } }) => `${say.call}\n${say.constant}`),
  },
  {
    name: 'swallows its assertion',
    reason: /no assertion|excluded/,
    play: written(({ kit: { say } }) => say.swallowed(say.equal(say.sum, 3))),
  },
  {
    name: 'a syntax error',
    reason: /syntax error/,
    play: (stage) => with_(stage, () => stage.kit.say.syntaxError),
  },
  {
    name: 'imports something else that is not there',
    reason: /import is broken|broken import/,
    play: (stage) => {
      const { kit } = stage
      const text = kit.tests(honestCases(kit))
      const line = `${kit.say.missingImport}\n`
      stage.write(
        kit.test,
        kit.name === 'go test' ? text.replace('import (', `${line}\nimport (`) : line + text,
      )
    },
  },
  {
    name: 'a file without tests',
    reason: /no new test|does not run this file|no test/,
    play: (stage) => stage.write(stage.kit.test, stage.kit.tests([])),
  },
  {
    name: 'tests that are commented out',
    reason: /no new test|does not run this file|no test|names a test/,
    play: (stage) => {
      const mark = stage.kit.name === 'pytest' ? '# ' : '// '
      const body = honestCases(stage.kit).map(stage.kit.declare.plain).join('\n')
      stage.write(stage.kit.test, stage.kit.tests([], body.replace(/^/gm, mark)))
    },
  },
  {
    name: 'the report names tests that are not there',
    reason: /names a test "?.*(never|Never)/,
    play: (stage) => {
      honest(stage)
      stage.said = {
        files: [{ path: stage.kit.test, tests: [stage.kit.title('adds'), stage.kit.title('never')] }],
      }
    },
  },
  {
    name: 'the report names a file that is not there',
    reason: /is not there/,
    play: (stage) => {
      stage.said = { files: [{ path: stage.kit.test, tests: [] }] }
    },
  },
  {
    name: 'the report names nothing',
    reason: /names no test file/,
    play: (stage) => {
      stage.said = { files: [] }
    },
  },
  {
    name: 'the report names a file outside the repository',
    reason: /below the top level|outside|is not there/,
    play: (stage) => {
      honest(stage)
      stage.said = { files: [{ path: `../${stage.kit.test}`, tests: [] }] }
    },
  },
  {
    name: 'a test in a folder that git ignores',
    reason: /ignored by git|outside the claims/,
    play: (stage) => {
      const path = `private/tests/${stage.kit.test.split('/').at(-1)}`
      stage.write(path, stage.kit.tests(honestCases(stage.kit)))
      stage.said = { files: [{ path, tests: [] }] }
    },
  },
  {
    name: 'a test that .git/info/exclude hides',
    reason: /ignored by git/,
    play: (stage) => {
      honest(stage)
      stage.shell(`echo '/${stage.kit.test}' >> .git/info/exclude`)
    },
  },
  {
    name: 'an old test that git was told to assume unchanged',
    reason: /told to overlook/,
    play: (stage) => {
      stage.git('update-index', '--assume-unchanged', stage.kit.old.test)
      return extended(stage, demanding(stage))
    },
  },
  {
    name: 'an old test with skip-worktree',
    reason: /told to overlook/,
    play: (stage) => {
      stage.git('update-index', '--skip-worktree', stage.kit.old.test)
      return extended(stage, demanding(stage))
    },
  },
  {
    name: 'writes the unit, too',
    reason: /is product code/,
    play: (stage) => {
      honest(stage)
      stage.write(stage.kit.unit, stage.kit.product.wrong)
    },
  },
  {
    name: 'breaks the product by a shell, so that the tests fail',
    reason: /is product code|outside the claims/,
    play: (stage) => {
      honest(stage)
      stage.shell(`printf '\\n\\n' >> '${stage.kit.old.unit}'`)
    },
  },
  {
    name: 'changes the product behind a skip-worktree bit',
    reason: /outside the claims|is product code/,
    play: (stage) => {
      honest(stage)
      stage.git('update-index', '--skip-worktree', stage.kit.old.unit)
      stage.write(stage.kit.old.unit, stage.kit.extendedProduct)
    },
  },
  {
    name: 'writes a file that nobody claims',
    reason: /outside the claims/,
    play: (stage) => {
      honest(stage)
      stage.write('notes.md', 'What I found out\n')
    },
  },
  {
    name: 'changes the configuration',
    reason: /decides which tests are run/,
    play: (stage) => {
      honest(stage)
      stage.write(stage.kit.excluding.path, stage.kit.excluding.text)
    },
  },
  {
    name: 'shadows the configuration',
    reason: /decides which tests are run/,
    play: (stage) => {
      honest(stage)
      stage.write(stage.kit.shadowing.path, stage.kit.shadowing.text)
    },
  },
  {
    name: 'shadows the configuration by a file that git ignores',
    reason: /decides which tests are run/,
    play: (stage) => {
      honest(stage)
      stage.write(stage.kit.shadowing.path, stage.kit.shadowing.text)
      stage.shell(`echo '/${stage.kit.shadowing.path}' >> .git/info/exclude`)
    },
  },
  {
    name: 'hands in a configuration as a test',
    reason: /decides which tests are run|no test file/,
    not: ['go test'],
    play: (stage) => {
      honest(stage)
      stage.write(stage.kit.mocking.path, stage.kit.mocking.text)
      stage.said = {
        files: [
          { path: stage.kit.test, tests: [] },
          { path: stage.kit.mocking.path, tests: [] },
        ],
      }
    },
  },
  {
    name: 'an .env file',
    reason: /decides which tests are run/,
    play: (stage) => {
      honest(stage)
      stage.write('.env', 'RUN_IT=1\n')
    },
  },
  {
    name: 'a symbolic link as test',
    reason: /symbolic link/,
    play: (stage) => {
      honest(stage)
      stage.shell(`mv '${stage.kit.test}' private.txt && ln -s "$PWD/private.txt" '${stage.kit.test}'`)
    },
  },
  {
    name: 'a linked folder of tests',
    reason: /symbolic link/,
    play: (stage) => {
      const name = stage.kit.test.split('/').at(-1) ?? ''
      const path = `tests/linked/${name}`
      stage.shell('mkdir -p private/real tests && ln -s ../private/real tests/linked')
      stage.write(path, stage.kit.tests(honestCases(stage.kit)))
      stage.said = { files: [{ path, tests: [] }] }
    },
  },
  {
    name: 'a test with a second name elsewhere (hard link)',
    reason: /hard link/,
    play: (stage) => {
      honest(stage)
      stage.shell(`mkdir -p private && ln '${stage.kit.test}' private/same`)
    },
  },
  {
    name: 'ends the process before anything is told',
    reason:
      /excluded|does not run|could not be run|all is well|ended|neither by|fails outside|did not run|not loaded|not run/,
    play: (stage) =>
      extended(stage, {
        word: 'ends',
        body: `${stage.kit.say.exits}\n${stage.kit.say.equal(stage.kit.say.known, 21)}`,
      }),
  },
  {
    name: 'never comes to an end',
    reason: /did not end|time limit|took too long|test timed out/,
    slow: true,
    play: (stage) => {
      const { say } = stage.kit
      extended(stage, { word: 'waits', body: `${say.hangs}\n${say.equal(say.known, 21)}` })
      stage.said.timeout = 6000
    },
  },
  {
    name: 'rewrites itself while it runs',
    reason: /rewrite|changed while/,
    play: (stage) => {
      const { kit } = stage
      const body =
        kit.name === 'go test'
          ? kit.say.rewritesItself.replace('cart_test.go', 'money_test.go')
          : kit.say.rewritesItself
      return extended(stage, { word: 'rewrites', body: `${body}\n${kit.say.equal(kit.say.known, 21)}` })
    },
  },
  {
    name: 'says with the words of the runner that it failed',
    reason: /passes already|neither by an assertion/,
    play: (stage) =>
      extended(stage, {
        word: 'known',
        body: `${stage.kit.say.prints([stage.kit.title('known')]).replace(/PASS(ED)?|passed/g, 'FAIL')}\n${stage.kit.say.equal(stage.kit.say.known, 20)}`,
      }),
  },
  {
    name: 'removes an old test file',
    reason: /removed|outside the claims/,
    play: (stage) => {
      honest(stage)
      stage.shell(`rm '${stage.kit.old.test}'`)
    },
  },
  {
    name: 'weakens an old test',
    reason: /changed, and the report|outside the claims/,
    play: (stage) => {
      honest(stage)
      stage.write(stage.kit.old.test, stage.kit.oldTests.weakened)
    },
  },
  {
    name: 'drops an old test from the file that it extends',
    reason: /is gone/,
    play: (stage) => {
      const { kit } = stage
      const of = demanding(stage)
      stage.claim(kit.old.unit)
      const whole = kit.extended([of])
      stage.write(kit.old.test, whole.replace(kit.title('keeps'), kit.title('kept')))
      stage.said = { files: [{ path: kit.old.test, tests: [kit.title(of.word)] }] }
    },
  },
  {
    name: "changes the other task's accepted test",
    reason: /frozen/,
    async play(stage) {
      const { kit } = stage
      stage.write(kit.second.test, kit.secondTests)
      await stage.submitRed({ task: 'T002', files: [{ path: kit.second.test, tests: [] }] })
      stage.write(kit.second.test, `${kit.secondTests}\n`)
      honest(stage)
    },
  },
  {
    name: 'puts another runner into node_modules',
    reason: /installed test runner|not installed|node_modules/,
    only: ['vitest', 'jest'],
    play: (stage) => {
      honest(stage)
      const name = stage.kit.name
      stage.shell(
        `cp -rL node_modules/${name} copy && rm node_modules/${name} && mv copy node_modules/${name} && echo '// mine' >> node_modules/${name}/package.json.js`,
      )
    },
  },
]
