import { describe, expect, it } from 'vitest'
import { parsePlan } from '../task/plan.ts'
import { splitDocuments } from './start-documents.ts'

const A = '---\nid: a\n---\n- [ ] one\n'
const B = '---\nid: b\nmodel: opus\n---\n- [ ] two\n'
/** Each document as `id: items`. */
const split = (text: string) =>
  splitDocuments(text).map(
    ({ wanted, plan }) =>
      `${wanted.id}: ${parsePlan(plan)
        .items.map((item) => item.text)
        .join(', ')}`,
  )

describe('several tasks in one text', () => {
  const rows: [string, string, string[]][] = [
    ['one', A, ['a: one']],
    ['two', A + B, ['a: one', 'b: two']],
    ['blank lines around', `\n\n${A}\n\n${B}\n\n`, ['a: one', 'b: two']],
    ['no line end at the end', (A + B).trimEnd(), ['a: one', 'b: two']],
    ['a byte order mark', `\uFEFF${A}`, ['a: one']],
    ['Windows line ends', (A + B).replaceAll('\n', '\r\n'), ['a: one', 'b: two']],
    ['spaces behind the rules', (A + B).replaceAll('---', '---  '), ['a: one', 'b: two']],
    [
      'the id is not the first key',
      `${A}---\nmodel: opus\nworktree: true\nid: c\n---\n- [ ] three\n`,
      ['a: one', 'c: three'],
    ],
    ['a comment and an empty line among the keys', '---\n# first\n\nid: a\n---\n- [ ] one\n', ['a: one']],
    ['a tab behind the colon', '---\nid:\ta\nmodel:\topus\n---\n-\t[ ] one\n', ['a: one']],
    [
      'a rule in a checklist',
      `${A}---\n- [ ] still a\n---\n\nSome text: here\n\n- [ ] and this\n${B}`,
      ['a: one, still a, and this', 'b: two'],
    ],
    ['a remark between two rules', `${A}---\nNote: ask first.\n---\n- [ ] still a\n`, ['a: one, still a']],
    ['a table in the checklist', `${A}| a | b |\n|---|---|\n| id: x | y |\n${B}`, ['a: one', 'b: two']],
    [
      'front matter as an example, fenced',
      `${A}\`\`\`yaml\n---\nid: no\n---\n\`\`\`\n- [ ] still a\n${B}`,
      ['a: one, still a', 'b: two'],
    ],
    [
      'front matter as an example, indented',
      `${A}\n    ---\n    id: no\n    ---\n${B}`,
      ['a: one', 'b: two'],
    ],
    [
      'a list of steps that speaks of ids',
      `${A}---\n- [ ] look at\nid: x\n${B}`,
      ['a: one, look at', 'b: two'],
    ],
  ]
  it.each(rows)('%s', (_, text, documents) => expect(split(text)).toEqual(documents))

  it('reads every key, in the forms that people write', () => {
    const [first, second] = splitDocuments(
      '---\nid: a\nmodel: opus\nprofile: read-only\nworktree: yes\nbase: 1234567\nafter: x, y z\npriority: high\ntimeout: 90\nbudget: 2.5\n---\n- [ ] x\n' +
        '---\nid: b\nworktree: false\nafter: [x, y]\nmodel:\n---\n- [ ] x\n',
    )
    expect(first?.wanted).toEqual({
      id: 'a',
      model: 'opus',
      profile: 'read-only',
      worktree: true,
      base: '1234567',
      after: ['x', 'y', 'z'],
      priority: 'high',
      timeout: '90',
      budget: '2.5',
    })
    expect(second?.wanted).toMatchObject({ id: 'b', worktree: false, after: ['x', 'y'] })
    expect(second?.wanted.model).toBeUndefined()
  })

  it('keeps the plan as it was written', () => {
    const plan = '# Ä\r\n\r\n-\t[ ] one  \r\n\r\n\r\n## Context\r\n\tas it is — 漢字'
    expect(splitDocuments(`---\r\nid: a\r\n---\r\n\r\n${plan}\r\n\r\n`)[0]).toMatchObject({
      plan: `${plan}\r\n`,
      above: 4,
    })
  })
})

describe('what is refused, with its line', () => {
  const rows: [string, string, number, RegExp][] = [
    ['nothing', '', 1, /found nothing/],
    ['no front matter', '# A\n- [ ] x\n', 1, /found "# A"/],
    ['text before the first task', `Here they are:\n\n${A}`, 1, /found "Here they are:"/],
    ['no keys between the rules', '---\n- [ ] x\n---\n', 2, /`id: …`/],
    ['the second rule is missing', '---\nid: a\n- [ ] x\n', 1, /a second line `---`/],
    [
      'the second rule is missing, another task follows',
      `${A}---\nid: c\n\n- [ ] x\n${B}`,
      5,
      /a second line `---`/,
    ],
    ['no id', `${A}---\nmodel: opus\n---\n- [ ] x\n`, 6, /expected id: text.*found no id/],
    ['an id that is a number', '---\nid: 12\n---\n- [ ] x\n', 2, /in quotes.*"id: 12"/],
    ['an unknown key', `${A}---\nid: c\nname: c\n---\n- [ ] x\n`, 7, /one of the keys id, model.*"name: c"/],
    ['an unknown key first', `${A}---\nname: c\nid: c\n---\n- [ ] x\n`, 6, /"name: c"/],
    [
      'neither yes nor no',
      '---\nid: a\nworktree: maybe\n---\n- [ ] x\n',
      3,
      /true or false.*"worktree: maybe"/,
    ],
    ['a list of numbers', '---\nid: a\nafter: [1]\n---\n- [ ] x\n', 3, /task ids/],
    ['a key twice', '---\nid: a\nid: b\n---\n- [ ] x\n', 3, /unique/],
    ['a tab as indentation', `${A}---\nid: c\nafter:\n\t- a\n---\n- [ ] x\n`, 8, /[Tt]ab/],
    ['a fence that swallows the next task', `${A}\`\`\`\nnpm test\n${B}`, 5, /found a task in line 7/],
  ]
  it.each(rows)('%s', (_, text, line, message) => {
    expect(() => splitDocuments(text)).toThrow(
      expect.objectContaining({
        exit: 65,
        message: expect.stringMatching(message),
        complaint: expect.objectContaining({ where: `standard input:${line}` }),
      }),
    )
  })
})

it('an empty key is none, so that it hides no flag', () => {
  const [document] = splitDocuments('---\nid: a\nprofile:\nmodel: opus\nafter:\n---\n- [ ] one\n')
  expect(Object.keys(document?.wanted ?? {})).toEqual(['id', 'model'])
})
