import { describe, expect, it } from 'vitest'
import { readJunit } from './junit.ts'

const places = {
  top: '/p',
  files: ['tests/test_cart.py', 'src/cart.test.js', 'test/com/example/CartTest.java'],
}
const read = (text: string) => readJunit(text, 'report.xml', places)

describe('JUnit XML', () => {
  it('reads cases of nested suites, with the file of the nearest that names one', async () => {
    const cases = await read(`<?xml version="1.0"?>
      <testsuites><testsuite name="a" file="/p/src/cart.test.js"><testsuite name="b">
        <testcase name="adds" classname="cart"/>
        <testcase name="empty" classname="cart"><failure message="expected 0" type="AssertionError">at x</failure></testcase>
      </testsuite></testsuite></testsuites>`)
    expect(cases).toEqual([
      { file: 'src/cart.test.js', name: 'adds', status: 'passed' },
      {
        file: 'src/cart.test.js',
        name: 'empty',
        status: 'failed',
        failure: { kind: 'assertion', message: 'AssertionError\nexpected 0\nat x' },
      },
    ])
  })

  it.each([
    ['tests.test_cart', 'tests/test_cart.py'],
    ['tests.test_cart.TestCart', 'tests/test_cart.py'],
    ['com.example.CartTest', 'test/com/example/CartTest.java'],
    ['cart.test.js', 'src/cart.test.js'],
    ['nobody.knows', ''],
  ])('finds the file of the class %s', async (name, file) => {
    const [only] = await read(`<testsuite><testcase name="x" classname="${name}"/></testsuite>`)
    expect(only?.file).toBe(file)
  })

  it.each([
    ['<skipped/>', 'skipped', undefined],
    ['<error message="ModuleNotFoundError: No module named &apos;shop&apos;"/>', 'failed', 'missing-unit'],
    ['<error message="SyntaxError: invalid syntax"/>', 'failed', 'syntax'],
    ['<error type="java.lang.NullPointerException"/>', 'failed', 'other'],
    ['<failure>expected 1, got 2</failure>', 'failed', 'assertion'],
    ['<error><![CDATA[Timed out after 5 s <here>]]></error>', 'failed', 'timeout'],
    ['<system-out>FAILED</system-out>', 'passed', undefined],
  ])('%s', async (inside, status, kind) => {
    const [only] = await read(`<testsuite><testcase name="x">${inside}</testcase></testsuite>`)
    expect({ status: only?.status, kind: only?.failure?.kind }).toEqual({ status, kind })
  })

  it.each([
    ['cut short', '<testsuite><testcase name="x">'],
    ['no XML', 'all is well'],
    ['nothing', ''],
    ['entities of its own', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['without end', '<a>'.repeat(300)],
  ])('refuses what is %s, with the line', async (_, text) => {
    await expect(read(text)).rejects.toThrow(/^not XML: report\.xml:\d+/)
  })
})
