import { describe, expect, it } from 'vitest'
import { buildFailure, complaintsIn } from './go-build.ts'
import { casesOf, readEvents } from './go-events.ts'
import { readGo } from './go-text.ts'

const file = (body: string) => `package cart\n\nimport "testing"\n\nfunc TestIt(t *testing.T) {\n${body}\n}\n`
const only = (body: string) => readGo('cart/cart_test.go', file(body), ['cart/cart.go'])[0]

describe('the text of a Go test', () => {
  it.each([
    ['if Total(nil) != 0 {\n t.Fatal()\n}', true],
    ['t.Run("x", func(t *testing.T) { if Total(nil) != 0 { t.Errorf("no") } })', true],
    ['assert.Equal(t, 3, Total(nil))', true],
    ['helpers.Same(t, Total(nil), 3)', true],
    ['Total(nil)', false],
    ['if 1 != 1 {\n t.Fatal()\n}', false],
    ['if false {\n t.Fatal()\n}', false],
    ['assert.True(t, true)', false],
    ['// t.Fatal()\n_ = `t.Fatal()`', false],
    ['return\nif Total(nil) != 0 {\n t.Fatal()\n}', false],
  ])('%s: asserts %s', (body, asserts) => expect(only(body)?.asserts).toBe(asserts))

  it.each([
    ['t.Skip("later")', '.Skip('],
    ['if testing.Short() {\n return\n}', 'testing.Short('],
    ['os.Exit(0)', 'os.Exit('],
    ['if os.Getenv("CI") != "" {\n return\n}', 'if os.Getenv'],
    ['_ = "t.Skip()"', undefined],
  ])('%s excludes: %s', (body, excludes) => expect(only(body)?.excludes).toBe(excludes))

  it.each([
    ['if Total(nil) != 0 {\n t.Fatal()\n}', true],
    ['word := "seven"\nif len(word) != 5 {\n t.Fatal(word)\n}', false],
  ])('%s: uses the unit %s', (body, uses) => expect(only(body)?.uses).toBe(uses))

  it.each([
    ['cart/cart_test.go', '//go:build never\n\npackage cart\n', '//go:build never'],
    ['cart/cart_plan9_test.go', 'package cart\n', '_plan9_test.go'],
    ['cart/cart_test.go', 'package cart\n\nfunc TestMain(m *testing.M) { os.Exit(0) }\n', 'TestMain'],
    ['cart/cart_test.go', 'package cart\n\nfunc TestMain(m *testing.M) { os.Exit(m.Run()) }\n', undefined],
  ])('%s as a whole', (path, text, excludes) => expect(readGo(path, text)[0]?.excludes).toBe(excludes))

  it('an example counts by its output', () =>
    expect(
      readGo(
        'a_test.go',
        'package a\n\nfunc ExampleA() {\n A()\n // Output: 1\n}\n\nfunc ExampleB() {\n B()\n}\n',
      ).map(({ name, asserts }) => [name, asserts]),
    ).toEqual([
      ['ExampleA', true],
      ['ExampleB', false],
    ]))
})

describe('what the compiler says', () => {
  const about = {
    folder: 'cart',
    module: { folder: '.', path: 'example.com/shop' },
    units: ['cart/cart.go', 'tax/tax.go'],
  }
  const source =
    'package cart\n\nimport (\n\t"testing"\n\n\tlevy "example.com/shop/tax"\n\t"example.com/shop/money"\n)\n\ntype own struct{}\n'
  it.each([
    ['undefined: Total', 'missing-unit'],
    ['undefined: levy.Of', 'missing-unit'],
    ['undefined: money.Of', 'import'],
    ['undefined: own', 'import'],
    ['x.Sum undefined (type Cart has no field or method Sum)', 'missing-unit'],
    ['x.Sum undefined (type own has no field or method Sum)', 'other'],
    ['not enough arguments in call to levy.Of', 'missing-unit'],
    ['no required module provides package github.com/x/y; to add it:', 'import'],
    ['package example.com/shop/tax is not in GOROOT (/usr/lib/go)', 'missing-unit'],
    ['x declared but not used', 'other'],
    ["expected '}', found 'EOF'", 'syntax'],
  ])('%s: %s', (text, kind) => {
    const complaints = complaintsIn(`# example.com/shop/cart\ncart/cart_test.go:6:5: ${text}\n`, '.')
    expect(buildFailure(complaints, 'cart/cart_test.go', source, about)?.kind).toBe(kind)
  })

  it('what is wrong beside the missing unit counts', () => {
    const complaints = complaintsIn(
      'a_test.go:1:2: undefined: Total\na_test.go:2:2: x declared but not used\n',
      'cart',
    )
    expect(complaints.map((each) => each.file)).toEqual(['cart/a_test.go', 'cart/a_test.go'])
    expect(buildFailure(complaints, 'cart/a_test.go', source, about)?.kind).toBe('other')
    expect(buildFailure(complaints, 'cart/b_test.go', source, about)).toBeUndefined()
  })
})

describe('the events of go test', () => {
  const line = (action: string, test?: string, output?: string) =>
    JSON.stringify({
      Action: action,
      Package: 'p',
      ...(test && { Test: test }),
      ...(output && { Output: output }),
    })
  const cases = (lines: string[], doubt?: string) => {
    const [result] = readEvents(lines.join('\n')).packages
    if (result === undefined) throw new Error('no package')
    return casesOf(result, () => 'a_test.go', [], doubt).map(({ name, status, failure }) => [
      name,
      status,
      failure?.kind,
    ])
  }

  it.each([
    ['a pass', [line('run', 'TestA'), line('pass', 'TestA'), line('pass')], 'passed', undefined],
    ['a failure', [line('run', 'TestA'), line('fail', 'TestA'), line('fail')], 'failed', 'assertion'],
    [
      'a pass that is printed',
      [line('pass', 'TestA'), line('fail', 'TestA'), line('fail')],
      'failed',
      'assertion',
    ],
    ['a pass in a package that failed', [line('pass', 'TestA'), line('fail')], 'failed', 'other'],
    [
      'a failure that is printed',
      [line('output', 'TestA', '--- FAIL: TestA (0.00s)\n'), line('fail', 'TestA'), line('pass')],
      'failed',
      'other',
    ],
    [
      'two results',
      ['PASS', 'FAIL']
        .map((word) => line('output', 'TestA', `--- ${word}: TestA (0.00s)\n`))
        .concat(line('pass', 'TestA'), line('fail')),
      'failed',
      'other',
    ],
    ['no end', [line('run', 'TestA'), line('pass')], 'failed', 'other'],
    [
      'a panic',
      [line('output', 'TestA', 'panic: no\n'), line('fail', 'TestA'), line('fail')],
      'failed',
      'other',
    ],
    [
      'its own time limit',
      [line('output', 'TestA', 'panic: test timed out after 1s\n'), line('fail', 'TestA'), line('fail')],
      'failed',
      'timeout',
    ],
  ])('%s', (_, lines, status, kind) => expect(cases(lines)).toEqual([['TestA', status, kind]]))

  it('nothing counts that passed in a process which did not come to its end', () =>
    expect(cases([line('pass', 'TestA'), line('pass')], 'It was ended.')).toEqual([
      ['TestA', 'failed', 'other'],
    ]))

  it('keeps apart what go says itself', () =>
    expect(
      readEvents(`FAIL\tp [build failed]\n{"Action":"build-output","Output":"a.go:1:1: no\\n"}`),
    ).toEqual({
      packages: [],
      said: 'FAIL\tp [build failed]\na.go:1:1: no',
    }))
})
