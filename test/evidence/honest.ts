/** Work as it ought to be done. None of it is refused. */
import { expect } from 'vitest'
import type { Case } from './kit.ts'
import type { Honest } from './plays.ts'
import { honestCases, type Stage } from './stage.ts'

type Verdict = Awaited<ReturnType<Stage['submitRed']>>
const accepted = ({ reasons, accepted: yes }: Verdict) =>
  expect({ yes, reasons }).toEqual({ yes: true, reasons: [] })
const refused = ({ accepted: yes }: Verdict) => expect(yes).toBe(false)

async function red(stage: Stage, ...files: { path: string; tests: string[] }[]) {
  accepted(await stage.submitRed(files.length === 0 ? {} : { files }))
}
const green = async (stage: Stage, ...files: string[]) =>
  accepted(await stage.submitGreen(files.length === 0 ? {} : { files }))
const names = ({ kit }: Stage, cases: readonly Case[]) => cases.map(({ word }) => kit.title(word))

/** Extends the old tests for a function that the old unit has not got. */
async function extension(stage: Stage, cases: readonly Case[]) {
  const { kit } = stage
  stage.claim(kit.old.unit)
  stage.write(kit.old.test, kit.extended(cases))
  await red(stage, { path: kit.old.test, tests: names(stage, cases) })
  stage.write(kit.old.unit, kit.extendedProduct)
  await green(stage, kit.old.unit)
}
const doubles = ({ kit: { say } }: Stage): Case => ({ word: 'doubles', body: say.equal(say.doubled, 8) })

export const honestRuns: Honest[] = [
  {
    name: 'a unit that is not there, then is',
    from: 'base',
    async play(stage) {
      stage.write(stage.kit.test, stage.kit.tests(honestCases(stage.kit)))
      await red(stage)
      stage.write(stage.kit.unit, stage.kit.product.right)
      await green(stage)
    },
  },
  {
    name: 'a function that is missing in a unit that is there, in the file of the old tests',
    from: 'base',
    play: (stage) => extension(stage, [doubles(stage)]),
  },
  {
    name: 'a unit that does the wrong thing (assertions)',
    from: 'base',
    async play(stage) {
      const { kit } = stage
      const of = { word: 'differs', body: kit.say.equal(kit.say.known, 21) }
      stage.claim(kit.old.unit)
      stage.write(kit.old.test, kit.extended([of]))
      await red(stage, { path: kit.old.test, tests: names(stage, [of]) })
    },
  },
  {
    name: 'many tests in one file',
    from: 'base',
    async play(stage) {
      const { kit } = stage
      const cases = ['one', 'two', 'three', 'four', 'five', 'six'].map((word) => ({
        word,
        body: kit.say.equal(kit.say.sum, 3),
      }))
      stage.write(kit.test, kit.tests(cases))
      await red(stage, { path: kit.test, tests: names(stage, cases) })
      stage.write(kit.unit, kit.product.right)
      await green(stage)
    },
  },
  {
    name: 'parametrised tests',
    from: 'base',
    async play(stage) {
      const { kit } = stage
      const of = {
        word: 'many',
        body: `${kit.say.equal(kit.say.sum, 3)}\n${kit.name === 'go test' ? '_ = n' : ''}`,
      }
      stage.write(kit.test, kit.tests([], kit.declare.parametrised(of)))
      await red(stage, { path: kit.test, tests: [] })
      stage.write(kit.unit, kit.product.right)
      await green(stage)
    },
  },
  {
    name: 'parametrised tests in a file that runs',
    from: 'base',
    async play(stage) {
      const { kit } = stage
      const of = {
        word: 'many',
        body: `${kit.say.equal(kit.say.doubled, 8)}\n${kit.name === 'go test' ? '_ = n' : ''}`,
      }
      stage.claim(kit.old.unit)
      stage.write(kit.old.test, `${kit.extended([])}\n${kit.declare.parametrised(of)}`)
      await red(stage, { path: kit.old.test, tests: [kit.title('many')] })
      stage.write(kit.old.unit, kit.extendedProduct)
      await green(stage, kit.old.unit)
    },
  },
  {
    name: 'several files, one of them deep in the folder of tests, with a space in its name',
    from: 'base',
    async play(stage) {
      const { kit } = stage
      const cases = honestCases(kit)
      stage.write(kit.test, kit.tests(cases))
      stage.write(kit.elsewhere, kit.testsElsewhere(cases))
      await red(
        stage,
        { path: kit.test, tests: names(stage, cases) },
        { path: kit.elsewhere, tests: names(stage, cases) },
      )
      stage.write(kit.unit, kit.product.right)
      await green(stage)
    },
  },
  {
    name: 'paths of the report as people write them',
    from: 'base',
    async play(stage) {
      stage.write(stage.kit.test, stage.kit.tests(honestCases(stage.kit)))
      await red(stage, { path: `./${stage.kit.test}`, tests: [stage.kit.title('adds')] })
    },
  },
  {
    name: 'data beside the tests',
    from: 'base',
    async play(stage) {
      const { kit } = stage
      const folder = kit.elsewhere.replace(/[^/]+$/, '')
      const data = `${folder}${kit.name === 'go test' ? 'testdata/' : 'fixtures/'}numbers.json`
      stage.write(kit.elsewhere, kit.testsElsewhere(honestCases(kit)))
      stage.write(data, '[1, 2]\n')
      await red(stage, { path: kit.elsewhere, tests: [] }, { path: data, tests: [] })
      stage.write(kit.unit, kit.product.right)
      await green(stage)
    },
  },
  {
    name: "RED while the other task's tests are half-written",
    from: 'base',
    async play(stage) {
      const { kit } = stage
      stage.write(kit.second.test, kit.broken)
      stage.write(kit.test, kit.tests(honestCases(kit)))
      await red(stage)
    },
  },
  {
    name: 'RED of both tasks, one after the other',
    from: 'base',
    async play(stage) {
      const { kit } = stage
      stage.write(kit.test, kit.tests(honestCases(kit)))
      stage.write(kit.second.test, kit.secondTests)
      await red(stage)
      accepted(
        await stage.submitRed({
          task: 'T002',
          files: [{ path: kit.second.test, tests: [kit.title('taxes')] }],
        }),
      )
    },
  },
  {
    name: "GREEN while the other task's tests are still red",
    from: 'base',
    async play(stage) {
      const { kit } = stage
      stage.write(kit.test, kit.tests(honestCases(kit)))
      stage.write(kit.second.test, kit.secondTests)
      await red(stage)
      accepted(await stage.submitRed({ task: 'T002', files: [{ path: kit.second.test, tests: [] }] }))
      stage.write(kit.unit, kit.product.right)
      await green(stage)
    },
  },
  {
    name: 'GREEN of both tasks, and the suite',
    from: 'base',
    async play(stage) {
      const { kit } = stage
      const { baseline } = await stage.suite(undefined)
      stage.write(kit.test, kit.tests(honestCases(kit)))
      stage.write(kit.second.test, kit.secondTests)
      await red(stage)
      accepted(await stage.submitRed({ task: 'T002', files: [{ path: kit.second.test, tests: [] }] }))
      stage.write(kit.unit, kit.product.right)
      stage.write(kit.second.unit, kit.secondProduct)
      await green(stage)
      const { ok, failures } = await stage.suite(baseline)
      expect({ ok, failures }).toEqual({ ok: true, failures: [] })
    },
  },
  {
    name: 'RED after a refused RED',
    from: 'base',
    async play(stage) {
      const { kit } = stage
      stage.write(kit.test, kit.tests([{ word: 'adds', body: kit.say.call }]))
      refused(await stage.submitRed())
      stage.write(kit.test, kit.tests(honestCases(kit)))
      await red(stage)
    },
  },
  {
    name: 'GREEN after a refused GREEN',
    from: 'red',
    async play(stage) {
      stage.write(stage.kit.unit, stage.kit.product.wrong)
      refused(await stage.submitGreen())
      stage.write(stage.kit.unit, stage.kit.product.right)
      await green(stage)
    },
  },
  {
    name: 'GREEN twice is the same',
    from: 'red',
    async play(stage) {
      stage.write(stage.kit.unit, stage.kit.product.right)
      await green(stage)
      await green(stage)
    },
  },
  {
    name: 'a change in two claimed files',
    from: 'red',
    async play(stage) {
      const { kit } = stage
      stage.claim(kit.unit, kit.old.unit)
      stage.write(kit.unit, kit.product.right)
      stage.write(kit.old.unit, kit.extendedProduct)
      await green(stage, kit.unit, kit.old.unit)
    },
  },
  {
    name: 'a commit of the frozen tests in between',
    from: 'red',
    async play(stage) {
      stage.git('add', '.')
      stage.git('commit', '-q', '-m', 'Tests')
      stage.write(stage.kit.unit, stage.kit.product.right)
      await green(stage)
    },
  },
  {
    name: 'a task that names no files',
    from: 'base',
    async play(stage) {
      const { kit } = stage
      stage.tasks = [{ ...(stage.tasks[0] ?? fail()), files: [] }]
      stage.write(kit.test, kit.tests(honestCases(kit)))
      await red(stage)
      stage.write(kit.unit, kit.product.right)
      await green(stage)
    },
  },
  {
    name: 'words of exclusion in names, strings and comments',
    from: 'base',
    async play(stage) {
      const { kit } = stage
      const mark = kit.name === 'pytest' ? '#' : '//'
      const body = `${mark} it.skip, t.Skip(), @pytest.mark.skip, .only and TODO are words\n${kit.say.equal(kit.say.sum, 3)}`
      const cases = [{ word: 'skipsNothing', body }]
      stage.write(kit.test, kit.tests(cases))
      await red(stage, { path: kit.test, tests: names(stage, cases) })
      stage.write(kit.unit, kit.product.right)
      await green(stage)
    },
  },
  {
    name: 'line ends of another system',
    from: 'base',
    async play(stage) {
      const { kit } = stage
      stage.write(kit.test, kit.tests(honestCases(kit)).replaceAll('\n', '\r\n'))
      await red(stage)
      stage.write(kit.unit, kit.product.right)
      await green(stage)
    },
  },
  {
    name: 'what git ignores lies about',
    from: 'red',
    async play(stage) {
      stage.write('private/notes', 'mine\n')
      stage.write('scratch.tmp', 'mine\n')
      stage.write(stage.kit.unit, stage.kit.product.right)
      await green(stage)
    },
  },
  {
    name: 'what breaks elsewhere is found by the suite, with whose it is',
    from: 'red',
    async play(stage) {
      const { kit } = stage
      stage.shell(`rm '${kit.test}'`)
      const { baseline } = await stage.suite(undefined)
      stage.write(kit.test, kit.tests(honestCases(kit)))
      stage.claim(kit.unit, kit.old.unit)
      stage.write(kit.unit, kit.product.right)
      stage.write(
        kit.old.unit,
        kit.extendedProduct.replace(' * 10', ' * 11').replace('round(amount, 2)', '0'),
      )
      await green(stage, kit.unit, kit.old.unit)
      const { ok, failures } = await stage.suite(baseline)
      expect(ok).toBe(false)
      expect(failures.map(({ file, task }) => [file, task])).toContainEqual([kit.old.test, 'T001'])
    },
  },
  {
    name: 'the suite knows what was red before',
    from: 'base',
    async play(stage) {
      const { kit } = stage
      // As if it had been committed so.
      stage.write(kit.old.test, kit.extended([{ word: 'differs', body: kit.say.equal(kit.say.known, 21) }]))
      const { baseline, ok } = await stage.suite(undefined)
      expect(ok).toBe(true)
      expect(baseline.failed).not.toEqual([])
      const again = await stage.suite(baseline)
      expect({ ok: again.ok, failures: again.failures }).toEqual({ ok: true, failures: [] })
      expect(again.known.join()).toContain(kit.title('differs'))
    },
  },
]

function fail(): never {
  throw new Error('there is no task')
}
