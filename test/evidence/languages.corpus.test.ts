/** The same engine with other languages: a Python and a Go project, from a failing test to a commit. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Act, Play, reviewer } from '../support/play.ts'
import { world } from '../support/world.ts'
import type { Kit } from './kit.ts'
import { golang } from './kit-go.ts'
import { python } from './kit-python.ts'

interface Language {
  kit: Kit
  files: Record<string, string>
  unit: string
  test: string
  /** Of a function that doubles. */
  code: (body: string) => string
  tests: string
  named: string
}

const LANGUAGES: Language[] = [
  {
    kit: python,
    files: {
      'pyproject.toml':
        '[project]\nname = "demo"\nversion = "1"\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\npythonpath = ["src"]\n',
      'src/greeting.py': 'def greet():\n    return "hello"\n',
      'tests/test_greeting.py':
        'from greeting import greet\n\n\ndef test_greets():\n    assert greet() == "hello"\n',
    },
    unit: 'src/doubling.py',
    test: 'tests/test_doubling.py',
    code: (body) => `def double(n):\n    return ${body}\n`,
    tests: 'from doubling import double\n\n\ndef test_doubles():\n    assert double(21) == 42\n',
    named: 'test_doubles',
  },
  {
    kit: golang,
    files: {
      'go.mod': 'module example.com/demo\n\ngo 1.19\n',
      'greeting.go': 'package demo\n\nfunc Greet() string { return "hello" }\n',
      'greeting_test.go':
        'package demo\n\nimport "testing"\n\nfunc TestGreets(t *testing.T) {\n\tif Greet() != "hello" {\n\t\tt.Fatal(Greet())\n\t}\n}\n',
    },
    unit: 'doubling.go',
    test: 'doubling_test.go',
    code: (body) => `package demo\n\nfunc Double(n int) int { return ${body} }\n`,
    tests:
      'package demo\n\nimport "testing"\n\nfunc TestDoubles(t *testing.T) {\n\tif got := Double(21); got != 42 {\n\t\tt.Errorf("got %d, want 42", got)\n\t}\n}\n',
    named: 'TestDoubles',
  },
]

const implemented = ({ unit, code }: Language, body: string): Act => ({
  files: { [unit]: code(body) },
  report: { implementer_report: { status: 'success', implementation_files: [unit] } },
})

for (const language of LANGUAGES) {
  const absent = language.kit.absent()
  if (absent !== undefined) console.log(`${language.kit.name}: not played, ${absent}`)
  test.skipIf(absent !== undefined && process.env.CI === undefined)(
    `${language.kit.name}: red, green, review, commit`,
    { timeout: 180_000 },
    async () => {
      const play = new Play(world())
      const { files, unit, test: path, tests, named } = language
      for (const [file, text] of Object.entries(files)) play.write(file, text)
      play.write('.gitignore', '__pycache__/\n.pytest_cache/\n')
      play.spec([{ id: 'T001', content: 'Double a number', file: unit }])
      // Where the toolchain is, which need not be where Node is.
      const env = { PATH: process.env.PATH ?? '' }
      expect(await play.step(['run'], env)).toMatchObject({ phase: 'red', action: 'spawn' })

      const report = { tester_report: { status: 'success', test_files: [{ path, tests: [named] }] } }
      // A test that is right before there is anything to test is none.
      play.write(unit, language.code('n * 2'))
      const early = await play.act('T001-red-1', { files: { [path]: tests }, report }, true)
      expect(early).toMatch(/refused/)
      rmSync(join(play.world.repo, unit))
      await play.submit('T001-red-1', report)

      expect((await play.step(['next'])).agents.map(({ attempt }) => attempt)).toEqual(['T001-green-1'])
      await play.act('T001-green-1', implemented(language, 'n + 2'), true)
      play.write(unit, language.code('n * 2'))
      await play.submit('T001-green-1', implemented(language, '').report)

      const last = await play.until((attempt) => reviewer(attempt.startsWith('final') ? 'final' : 1))
      expect(last, last.message).toMatchObject({ action: 'done' })
      const committed = play.world.git('show', '--format=', '--name-only', 'HEAD~1').trim().split('\n')
      expect(committed).toEqual(expect.arrayContaining([path, unit, `${play.folder}/review.yaml`]))
    },
  )
}
