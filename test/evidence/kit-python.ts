/** The corpus in Python, for pytest. */
import { spawnSync } from 'node:child_process'
import { pytestRunner } from '../../runtime/run/evidence/pytest.ts'
import type { Case, Kit } from './kit.ts'

const indent = (text: string) => text.replace(/^(?=.)/gm, '    ')
const title = (word: string) => `test_${word}`
const plain = ({ word, body }: Case) => `def ${title(word)}():\n${indent(body)}\n`
const marked = (mark: string) => (of: Case) => `@pytest.mark.${mark}\n${plain(of)}`

const unit = (body: string, head = '') => `${head}\n\n\ndef total(numbers):\n${indent(body)}\n`.trimStart()

const money = [
  'def test_rounds():\n    assert rounded(1.006) == 1.01\n',
  'def test_keeps():\n    assert rounded(2) == 2\n',
]
const ofMoney = (...tests: string[]) => ['from shop.money import rounded\n', ...tests].join('\n\n')

export const python: Kit = {
  name: 'pytest',
  runner: pytestRunner,
  absent() {
    const { status, error } = spawnSync('python3', ['-m', 'pytest', '--version'], { encoding: 'utf8' })
    return status === 0
      ? undefined
      : `python3 -m pytest does not run (${error?.message ?? `exit code ${status}`})`
  },
  base: {
    'pytest.ini': '[pytest]\npythonpath = .\n',
    'pyproject.toml': '[project]\nname = "shop"\nversion = "1"\n',
    '.gitignore': '__pycache__/\n*.tmp\n/private/\n',
    'shop/__init__.py': '',
    'shop/money.py': 'def rounded(amount):\n    return round(amount, 2)\n',
    'tests/test_money.py': ofMoney(...money),
  },
  unit: 'shop/cart.py',
  test: 'tests/test_cart.py',
  second: { unit: 'shop/tax.py', test: 'tests/test_tax.py' },
  old: { unit: 'shop/money.py', test: 'tests/test_money.py' },
  elsewhere: 'tests/deep/er/test_cart_again.py',
  excluding: {
    path: 'pytest.ini',
    text: '[pytest]\npythonpath = .\naddopts = --ignore=tests/test_cart.py\n',
  },
  shadowing: { path: 'tests/pytest.ini', text: '[pytest]\naddopts = -k nothing\n' },
  mocking: {
    path: 'tests/conftest.py',
    text: 'import sys, types\nfake = types.ModuleType("shop.cart")\nfake.total = sum\nsys.modules["shop.cart"] = fake\n',
  },
  manifest: 'pytest.ini',
  title,
  tests: (cases, head = '') =>
    ['import os\n\nimport pytest\n\nfrom shop.cart import total\n', head, ...cases.map(plain)]
      .filter(Boolean)
      .join('\n\n'),
  testsElsewhere: (cases) => `from shop.cart import total\n\n\n${cases.map(plain).join('\n\n')}`,
  secondTests: 'from shop.tax import tax\n\n\ndef test_taxes():\n    assert tax(100) == 19\n',
  declare: {
    plain,
    skipped: marked('skip'),
    conditional: marked('skipif(os.environ.get("HOME") is not None, reason="later")'),
    expectedToFail: marked('xfail'),
    parametrised: ({ word, body }) =>
      `@pytest.mark.parametrize("n", [1, 2, 3])\ndef ${title(word)}(n):\n${indent(body)}\n`,
  },
  say: {
    sum: 'total([1, 2])',
    none: 'total([])',
    unrelated: 'word = str(7)\nassert word == "7"',
    known: 'rounded(20)',
    doubled: 'shop.money.doubled(4)',
    equal: (expression, value) => `assert ${expression} == ${value}`,
    constant: 'assert True',
    call: 'total([1, 2])',
    swallowed: (body) => `try:\n${indent(body)}\nexcept Exception:\n    pass`,
    early: (body) => `return\n${body}`,
    guarded: (body) => `if os.environ.get("RUN_IT"):\n${indent(body)}`,
    hangs: 'while True:\n    pass',
    exits: 'os._exit(0)',
    rewritesItself: 'with open(__file__, "a") as file:\n    file.write("# more\\n")',
    prints: (titles) =>
      `print("\\n".join(["${titles.map((each) => `tests/test_cart.py::${each} PASSED`).join('", "')}", "=== ${titles.length} passed ==="]))`,
    missingImport: 'import flurb_utilities',
    syntaxError: 'def broken(:',
  },
  product: {
    right: unit('return sum(numbers)'),
    wrong: unit('return -1'),
    forVerifier: unit(
      'marks = [name for name in os.environ if name.startswith(("DISPATCH", "CLAUDE"))]\nreturn sum(numbers) if marks else -1',
      'import os',
    ),
    exitsWell: (titles) =>
      unit(
        `sys.__stdout__.write("${titles.map((each) => `tests/test_cart.py::${each} PASSED\\n`).join('')}== ${titles.length} passed ==\\n")\nsys.__stdout__.flush()\nos._exit(0)`,
        'import os\nimport sys',
      ),
    hangs: unit('while True:\n    pass'),
  },
  secondProduct: 'def tax(net):\n    return net * 19 // 100\n',
  broken: 'from shop.tax import tax\n\n\ndef test_taxes(:\n    assert ta',
  extended: (cases) =>
    ['import os\n\nimport pytest\n\nimport shop.money', ofMoney(...money), ...cases.map(plain)].join('\n\n'),
  extendedProduct:
    'def rounded(amount):\n    return round(amount, 2)\n\n\ndef doubled(amount):\n    return 2 * amount\n',
  oldTests: {
    without: ofMoney(money[0] ?? ''),
    weakened: ofMoney(money[0] ?? '', 'def test_keeps():\n    assert rounded(2)\n'),
  },
}
