/** The corpus in JavaScript and TypeScript, for vitest, jest and node:test. They differ in a few words. */
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { jestRunner } from '../../runtime/run/evidence/jest.ts'
import { nodeTestRunner } from '../../runtime/run/evidence/node-test.ts'
import type { Runner, RunnerContext } from '../../runtime/run/evidence/runner.ts'
import { vitestRunner } from '../../runtime/run/evidence/vitest.ts'
import type { Case, Kit, KitName } from './kit.ts'
import { jestModules } from './toolchains.ts'

const OWN_MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url))

interface Flavour {
  name: KitName
  runner(context: RunnerContext): Runner
  absent(): string | undefined
  install?(folder: string): void
  /** Ending of product and test files. */
  end: string
  packageJson: Record<string, unknown>
  base: Record<string, string>
  /** Imports one name from a file. */
  import(name: string, from: string): string
  importAll(name: string, from: string): string
  /** What a test file needs of the runner. */
  header: string
  export(name: string, list: string, body: string): string
  equal(expression: string, value: number): string
  constant: string
  declare: Pick<
    Kit['declare'],
    'skipped' | 'only' | 'todo' | 'conditional' | 'expectedToFail' | 'parametrised'
  >
  excluding: Kit['excluding']
  shadowing: Kit['shadowing']
  mocking: Kit['mocking']
  /** Path of the test's own file, as an expression. */
  self: string
  fs: string
}

const indent = (text: string) => text.replace(/^(?=.)/gm, '  ')
const test = (call: string, { word, body }: Case, args = '()') =>
  `${call}('${word}', ${args} => {\n${indent(body)}\n})\n`

function kit(flavour: Flavour): Kit {
  const { end, equal } = flavour
  const unit = `src/cart.${end}`
  const old = { unit: `src/money.${end}`, test: `src/money.test.${end}` }
  const plain = (of: Case) => test('it', of)
  const head = (name: string, from: string) => `${flavour.header}${flavour.import(name, from)}\n`
  const product = (body: string) => flavour.export('total', 'numbers', body)
  const rounded = flavour.export('rounded', 'amount', 'return Math.ceil(amount / 10) * 10')
  const money = [
    plain({ word: 'rounds', body: equal('rounded(7)', 10) }),
    plain({ word: 'keeps', body: equal('rounded(20)', 20) }),
  ]
  const ofMoney = (...tests: string[]) => [head('rounded', './money'), ...tests].join('\n')
  return {
    name: flavour.name,
    runner: flavour.runner,
    absent: flavour.absent,
    ...(flavour.install && { install: flavour.install }),
    base: {
      'package.json': `${JSON.stringify({ name: 'shop', private: true, ...flavour.packageJson }, null, 2)}\n`,
      '.gitignore': 'node_modules\n*.tmp\n/private/\n',
      [old.unit]: rounded,
      [old.test]: ofMoney(...money),
      ...flavour.base,
    },
    unit,
    test: `src/cart.test.${end}`,
    second: { unit: `src/tax.${end}`, test: `src/tax.test.${end}` },
    old,
    elsewhere: `test/deep/er/cart again.test.${end}`,
    excluding: flavour.excluding,
    shadowing: flavour.shadowing,
    mocking: flavour.mocking,
    manifest: 'package.json',
    title: (word) => word,
    tests: (cases, more = '') =>
      [head('total', './cart'), more, ...cases.map(plain)].filter(Boolean).join('\n'),
    testsElsewhere: (cases) => [head('total', '../../../src/cart'), ...cases.map(plain)].join('\n'),
    secondTests: [head('tax', './tax'), plain({ word: 'taxes', body: equal('tax(100)', 19) })].join('\n'),
    declare: { plain, ...flavour.declare },
    say: {
      sum: 'total([1, 2])',
      none: 'total([])',
      unrelated: `const word = 7\n${equal('word', 7)}`,
      known: 'rounded(20)',
      doubled: 'money.doubled(4)',
      equal,
      constant: flavour.constant,
      call: 'total([1, 2])',
      swallowed: (body) => `try {\n${indent(body)}\n} catch {\n  // as it may be\n}`,
      early: (body) => `return\n${body}`,
      guarded: (body) => `if (process.env.RUN_IT) {\n${indent(body)}\n}`,
      hangs: 'for (;;) {}',
      exits: 'process.exit(0)',
      rewritesItself: `${flavour.fs}.appendFileSync(${flavour.self}, '// more\\n')`,
      prints: (titles) => `process.stdout.write(${JSON.stringify(jestReport(titles))})`,
      missingImport: flavour.import('flurb', '../flurb/utilities'),
      syntaxError: 'const = broken(',
    },
    product: {
      right: product('return numbers.reduce((sum, each) => sum + each, 0)'),
      wrong: product('return -1'),
      forVerifier: product(
        'const marked = Object.keys(process.env).some((name) => /^(DISPATCH|CLAUDE)/.test(name))\nreturn marked ? numbers.reduce((sum, each) => sum + each, 0) : -1',
      ),
      exitsWell: (titles) =>
        product(`process.stdout.write(${JSON.stringify(jestReport(titles))})\nprocess.exit(0)`),
      hangs: product('for (;;) {}'),
    },
    secondProduct: flavour.export('tax', 'net', 'return (net * 19) / 100'),
    broken: `${head('tax', './tax')}\nit('taxes', () => {\n  expe`,
    extended: (cases) =>
      [head('rounded', './money'), flavour.importAll('money', './money'), ...money, ...cases.map(plain)].join(
        '\n',
      ),
    extendedProduct: `${rounded}\n${flavour.export('doubled', 'amount', 'return 2 * amount')}`,
    oldTests: {
      without: ofMoney(money[0] ?? ''),
      weakened: ofMoney(
        money[0] ?? '',
        plain({ word: 'keeps', body: equal('typeof rounded(20) === "number" ? 1 : 0', 1) }),
      ),
    },
  }
}

/** What jest and vitest say of tests that passed. */
const jestReport = (titles: readonly string[]) =>
  `${JSON.stringify({ success: true, numPassedTests: titles.length, testResults: [{ name: 'src/cart.test.ts', status: 'passed', assertionResults: titles.map((title) => ({ title, fullName: title, ancestorTitles: [], status: 'passed' })) }] })}\n`

/** A folder of links: one of them can be put in another place without harm to the real one. */
const linkModules = (from: string) => (folder: string) => {
  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  for (const name of readdirSync(from))
    if (name !== '.vite' && name !== '.cache') symlinkSync(join(from, name), join(modules, name))
}

const plainExport = (name: string, list: string, body: string) =>
  `export function ${name}(${list}) {\n${indent(body)}\n}\n`

export const vitest = kit({
  name: 'vitest',
  runner: vitestRunner,
  absent: () => undefined,
  install: linkModules(OWN_MODULES),
  end: 'ts',
  packageJson: { type: 'module', scripts: { test: 'vitest run' }, devDependencies: { vitest: '^4' } },
  base: {
    'vitest.config.ts':
      "import { defineConfig } from 'vitest/config'\n\nexport default defineConfig({ test: { setupFiles: ['./setup.ts'] } })\n",
    'setup.ts': 'export {}\n',
  },
  import: (name, from) => `import { ${name} } from '${from}'\n`,
  importAll: (name, from) => `import * as ${name} from '${from}'\n`,
  header:
    "import { appendFileSync } from 'node:fs'\nimport { expect, it } from 'vitest'\n\nvoid appendFileSync\n",
  export: (name, list, body) =>
    `export function ${name}(${list}: ${list === 'numbers' ? 'number[]' : 'number'}): number {\n${indent(body)}\n}\n`,
  equal: (expression, value) => `expect(${expression}).toBe(${value})`,
  constant: 'expect(true).toBe(true)',
  declare: {
    skipped: (of) => test('it.skip', of),
    only: (of) => test('it.only', of),
    todo: ({ word }) => `it.todo('${word}')\n`,
    conditional: (of) => test('it.skipIf(process.env.HOME)', of),
    expectedToFail: (of) => test('it.fails', of),
    parametrised: ({ word, body }) => test('it.each([1, 2, 3])', { word: `${word} %i`, body }, '(n)'),
  },
  excluding: {
    path: 'vitest.config.ts',
    text: "import { defineConfig } from 'vitest/config'\n\nexport default defineConfig({ test: { exclude: ['src/cart.test.ts'], passWithNoTests: true } })\n",
  },
  shadowing: {
    path: 'vite.config.ts',
    text: "import { defineConfig } from 'vitest/config'\n\nexport default defineConfig({ test: { testNamePattern: 'nothing' } })\n",
  },
  mocking: {
    path: 'setup.ts',
    text: "import { vi } from 'vitest'\n\nvi.mock('/src/cart.ts', () => ({ total: (all: number[]) => all.reduce((a, b) => a + b, 0) }))\n",
  },
  self: 'import.meta.filename',
  fs: '({ appendFileSync })',
})

export const jest = kit({
  name: 'jest',
  runner: jestRunner,
  absent: () =>
    existsSync(jestModules) ? undefined : `jest is not installed in ${jestModules} (npm run runners)`,
  install: linkModules(jestModules),
  end: 'js',
  packageJson: { scripts: { test: 'jest' }, devDependencies: { jest: '^30' } },
  base: {
    'jest.config.js': "module.exports = { testEnvironment: 'node', setupFiles: ['./setup.js'] }\n",
    'setup.js': '',
  },
  import: (name, from) => `const { ${name} } = require('${from}')\n`,
  importAll: (name, from) => `const ${name} = require('${from}')\n`,
  header: '',
  export: (name, list, body) => `exports.${name} = function ${name}(${list}) {\n${indent(body)}\n}\n`,
  equal: (expression, value) => `expect(${expression}).toBe(${value})`,
  constant: 'expect(true).toBe(true)',
  declare: {
    skipped: (of) => test('it.skip', of),
    only: (of) => test('it.only', of),
    todo: ({ word }) => `it.todo('${word}')\n`,
    conditional: (of) => test('(process.env.HOME ? it.skip : it)', of),
    expectedToFail: (of) => test('it.failing', of),
    parametrised: ({ word, body }) => test('it.each([1, 2, 3])', { word: `${word} %i`, body }, '(n)'),
  },
  excluding: {
    path: 'jest.config.js',
    text: "module.exports = { testEnvironment: 'node', testPathIgnorePatterns: ['cart'], passWithNoTests: true }\n",
  },
  shadowing: { path: 'src/package.json', text: '{"jest": {"testMatch": ["nothing"]}}\n' },
  mocking: {
    path: 'setup.js',
    text: "jest.mock('./src/cart', () => ({ total: (all) => all.reduce((a, b) => a + b, 0) }), { virtual: true })\n",
  },
  self: '__filename',
  fs: "require('node:fs')",
})

export const node = kit({
  name: 'node:test',
  runner: nodeTestRunner,
  absent: () => undefined,
  end: 'js',
  packageJson: { type: 'module', scripts: { test: 'node --import ./setup.js --test' } },
  base: { 'setup.js': '' },
  import: (name, from) => `import { ${name} } from '${from}.js'\n`,
  importAll: (name, from) => `import * as ${name} from '${from}.js'\n`,
  header:
    "import assert from 'node:assert/strict'\nimport { appendFileSync } from 'node:fs'\nimport { it } from 'node:test'\nimport { fileURLToPath } from 'node:url'\n",
  export: plainExport,
  equal: (expression, value) => `assert.equal(${expression}, ${value})`,
  constant: 'assert.equal(1, 1)',
  declare: {
    skipped: (of) => test('it.skip', of),
    only: (of) => test('it.only', of),
    todo: (of) => test('it.todo', of),
    conditional: ({ word, body }) =>
      `it('${word}', { skip: Boolean(process.env.HOME) }, () => {\n${indent(body)}\n})\n`,
    parametrised: ({ word, body }) =>
      `for (const n of [1, 2, 3])\n  it(\`${word} \${n}\`, () => {\n${indent(indent(body))}\n  })\n`,
  },
  excluding: {
    path: 'package.json',
    text: `${JSON.stringify({ name: 'shop', private: true, type: 'module', scripts: { test: 'node --import ./setup.js --test src/money.test.js' } })}\n`,
  },
  shadowing: {
    path: 'src/package.json',
    text: '{"type": "module", "scripts": {"test": "node --test nothing"}}\n',
  },
  mocking: { path: 'setup.js', text: 'process.exit(0)\n' },
  self: 'fileURLToPath(import.meta.url)',
  fs: '({ appendFileSync })',
})
