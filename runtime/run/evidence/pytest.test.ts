import { describe, expect, it } from 'vitest'
import { globsIn, sectionsOf } from './pytest.ts'
import { failureOf } from './pytest-failure.ts'
import { readReport } from './pytest-report.ts'
import { readPython } from './pytest-text.ts'

const read = (text: string, units?: string[]) =>
  readPython(text, units).map(({ name, asserts, excludes, uses }) => ({ name, asserts, excludes, uses }))
const only = (body: string) => read(`def test_it():\n${body.replace(/^/gm, '    ')}\n`)[0]

describe('the text of a Python test', () => {
  it.each([
    ['assert total([1]) == 1', true],
    ['with pytest.raises(ValueError):\n    total(None)', true],
    ['self.assertEqual(total([]), 0)', true],
    ['check_total(total([]))', true],
    ['total([1])', false],
    ['assert True', false],
    ['assert 1 == 1, "total"', false],
    ['assert "a" == "a"', false],
    ['x = "assert total"  # assert total', false],
    ['return\nassert total([1]) == 1', false],
    ['try:\n    assert total([1]) == 1\nexcept Exception:\n    pass', false],
    ['try:\n    assert total([1]) == 1\nexcept:\n    pass', false],
    ['try:\n    assert total([1]) == 1\nexcept KeyError:\n    pass', true],
    ['try:\n    total()\nexcept Exception as error:\n    assert error.code == 1', true],
    ['try:\n    total()\n    raise AssertionError\nexcept Exception:\n    raise', false],
    ['with suppress(AssertionError):\n    assert total([1]) == 1', false],
    ['assert (\n    total([1])\n    == 1\n)', true],
  ])('%s: asserts %s', (body, asserts) => expect(only(body)?.asserts).toBe(asserts))

  it.each([
    ['pytest.skip("later")', 'pytest.skip('],
    ['if os.environ.get("CI"):\n    return\nassert f()', 'if os.environ'],
    ['os._exit(0)', 'os._exit('],
    ['assert skip == "pytest.skip()"', undefined],
  ])('%s excludes: %s', (body, excludes) => expect(only(body)?.excludes).toBe(excludes))

  it('knows decorators, classes and what holds for the whole file', () => {
    const text = `
import pytest
pytestmark = pytest.mark.skip

class TestCart:
    @pytest.mark.parametrize(
        "n",
        [1, 2],
    )
    @pytest.mark.xfail
    def test_one(self, n):
        assert total(n)

    def helper(self):
        def test_inner():
            assert 1

@pytest.mark.skip
class TestLater:
    async def test_two(self): assert total(2)

def test_three(): assert total(3)
`
    expect(read(text).map(({ name, excludes }) => [name, excludes])).toEqual([
      ['', 'pytest.mark.skip'],
      ['TestCart::test_one', 'pytest.mark.xfail'],
      ['TestLater::test_two', 'pytest.mark.skip'],
      ['test_three', undefined],
    ])
  })

  it('tells who comes to the unit, by itself or by a fixture', () => {
    const text = `
from shop.cart import total as sum_up
import json

@pytest.fixture
def cart():
    return sum_up

def test_direct():
    assert sum_up([1])

def test_fixture(cart):
    assert cart([1])

def test_other():
    assert json.loads("1")
`
    expect(read(text, ['src/shop/cart.py']).map(({ name, uses }) => [name, uses])).toEqual([
      ['test_direct', true],
      ['test_fixture', true],
      ['test_other', false],
    ])
  })

  it('has the text of a test without what follows it', () => {
    const first = '@mark\ndef test_a():\n    assert f("é")'
    const [a] = readPython(`${first}\n\n# about b\n@other\ndef test_b():\n    assert g()\n`)
    expect(a?.text).toBe(first)
  })
})

describe('why a Python test failed', () => {
  const about = { top: '/p', file: 'tests/test_cart.py', units: ['shop/cart.py'] }
  const raised = (type: string, text: string, more = {}) => ({
    types: type.split(' '),
    text,
    shown: `E ${type}: ${text}`,
    last: '/p/tests/test_cart.py',
    path: null,
    module: null,
    ...more,
  })
  it.each([
    ['assertion', raised('AssertionError', '1 == 2')],
    ['assertion', raised('Failed', 'DID NOT RAISE')],
    ['timeout', raised('Failed', 'Timeout >5.0s')],
    ['missing-unit', raised('ModuleNotFoundError ImportError', '', { module: 'shop.cart' })],
    ['missing-unit', raised('ModuleNotFoundError ImportError', '', { module: 'shop' })],
    ['import', raised('ModuleNotFoundError ImportError', '', { module: 'shop.other' })],
    ['import', raised('ModuleNotFoundError ImportError', '', { module: 'numpy' })],
    [
      'missing-unit',
      raised('ImportError', "cannot import name 'x' from 'shop.cart'", {
        path: '/p/shop/cart.py',
        module: 'shop.cart',
      }),
    ],
    [
      'missing-unit',
      raised('ImportError', "cannot import name 'cart' from 'shop'", {
        path: '/p/shop/__init__.py',
        module: 'shop',
      }),
    ],
    [
      'import',
      raised('ImportError', "cannot import name 'x' from 'shop'", {
        path: '/p/shop/__init__.py',
        module: 'shop',
      }),
    ],
    ['missing-unit', raised('AttributeError', 'no attribute', { path: '/p/shop/cart.py' })],
    ['other', raised('AttributeError', "'NoneType' object has no attribute 'x'")],
    ['missing-unit', raised('TypeError', 'total() got an unexpected keyword', { path: '/p/shop/cart.py' })],
    ['missing-unit', raised('NotImplementedError RuntimeError', '', { last: '/p/shop/cart.py' })],
    ['other', raised('NotImplementedError RuntimeError', '')],
    ['other', raised('NameError', "name 'totl' is not defined")],
    ['syntax', raised('SyntaxError', 'invalid', { path: '/p/tests/test_cart.py' })],
    ['import', raised('SyntaxError', 'invalid', { path: '/p/shop/other.py' })],
  ])('%s: %o', (kind, error) => expect(failureOf(error, about).kind).toBe(kind))
})

describe('what the plugin wrote', () => {
  const request = { top: '/p', files: ['t.py'], units: [] }
  const lines = (...events: object[]) => events.map((event) => `${JSON.stringify(event)}\n`).join('')
  const collected = { event: 'collected', node: 't.py::test_a', path: '/p/t.py' }
  const phase = (outcome: string, more = {}) => ({
    event: 'phase',
    node: 't.py::test_a',
    path: '/p/t.py',
    outcome,
    xfail: false,
    text: '',
    ...more,
  })
  const started = { event: 'started', node: 't.py::test_a' }
  const read = (
    text: string,
    ending: { timedOut: boolean; exit: number | undefined } = { timedOut: false, exit: 0 },
  ) =>
    readReport(text, request, ending).cases.map(({ name, status, failure }) => [name, status, failure?.kind])

  it.each([
    [
      'passed',
      lines(collected, started, phase('passed'), phase('passed'), { event: 'end' }),
      'passed',
      undefined,
    ],
    [
      'failed at its end',
      lines(collected, started, phase('passed'), phase('failed'), { event: 'end' }),
      'failed',
      'other',
    ],
    [
      'expected to fail',
      lines(collected, started, phase('skipped', { xfail: true }), { event: 'end' }),
      'todo',
      undefined,
    ],
    ['never begun', lines(collected, { event: 'end' }), 'failed', 'other'],
    ['broken off', lines(collected, started), 'failed', 'other'],
  ])('%s', (_, text, status, kind) => expect(read(text)).toEqual([['test_a', status, kind]]))

  it('names the test that was running when the time was up', () =>
    expect(read(lines(collected, started), { timedOut: true, exit: undefined })).toEqual([
      ['test_a', 'failed', 'timeout'],
    ]))

  it('has no result of a file where the report does not come to its end', () => {
    expect(readReport('', request, { timedOut: false, exit: 0 }).files).toEqual([
      { path: 't.py', loaded: false, failure: expect.objectContaining({ kind: 'other' }) },
    ])
    expect(readReport('{"event": "col', request, { timedOut: false, exit: 0 }).files).toHaveLength(1)
  })
})

it.each([
  ['[pytest]\npython_files = check_*.py test_*.py\n', ['check_*.py', 'test_*.py']],
  ['python_files =\n    a.py\n    b.py\naddopts = -q\n', ['a.py', 'b.py']],
  ['python_files = ["x_*.py"]', ['x_*.py']],
  ['[pytest]\n', undefined],
])('globs in %j', (text, globs) => expect(globsIn(text)).toEqual(globs))

it('of pyproject.toml only what pytest reads counts', () =>
  expect(sectionsOf('[project]\nname = "a"\n[tool.pytest.ini_options]\naddopts = "-q"\n[tool.ruff]\n')).toBe(
    '[tool.pytest.ini_options]\naddopts = "-q"',
  ))
