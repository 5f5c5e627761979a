import { describe, expect, it } from 'vitest'
import { firstPrompt, handover, type PromptParts, resumePrompt } from './prompt.ts'

const parts: PromptParts = {
  id: 'audit',
  title: 'Security audit',
  checklist: '1 [ ] Look for secrets',
  context: undefined,
  standing: undefined,
  profile: 'edit',
  worktree: false,
  handover: undefined,
}
/** Texts that a template or a shell would do something to. */
const NASTY = 'a `b` $(c) "d" \\n $& $1 $e\n\n# not ours\n'

describe('the first prompt', () => {
  const rows: [string, Partial<PromptParts>, (string | RegExp)[], (string | RegExp)[]][] = [
    [
      'names task, files and verbs',
      {},
      [
        '`audit`: Security audit',
        '.dispatch/tasks/audit/output.md',
        'dispatch tick',
        '# Checklist\n\n1 [ ] Look',
      ],
      ['# Context', 'undefined', 'worktree'],
    ],
    ['brings the context as it is', { context: NASTY }, [`# Context\n\n${NASTY}`], []],
    [
      'puts a standing instruction near the top',
      { standing: 'Bugs only.' },
      [/Security audit\n\nBugs only\.\n\n/],
      [],
    ],
    [
      'read-only',
      { profile: 'read-only' },
      ['change nothing except your own task files'],
      ['You may change files'],
    ],
    ['edit', {}, ['You may change files of this working directory'], []],
    ['full', { profile: 'full' }, ['what the task needs'], ['You may change files']],
    ['in a worktree', { worktree: true }, ['commit your work there'], []],
    ['after another worker', { handover: '# Where this task stands\n\nx' }, [/x\n\n# Checklist/], []],
  ]
  it.each(rows)('%s', (_, given, there, absent) => {
    const prompt = firstPrompt({ ...parts, ...given })
    for (const text of there)
      expect(prompt).toMatch(text instanceof RegExp ? text : new RegExp(escaped(text)))
    for (const text of absent) expect(prompt).not.toMatch(text)
    expect(prompt).not.toMatch(/\n{4}|undefined/)
    expect(prompt.endsWith('\n')).toBe(true)
  })
})

describe('the prompt that goes on with a conversation', () => {
  it('tells question and answer, byte for byte, and the list', () => {
    const prompt = resumePrompt({
      id: 'audit',
      checklist: '1 [~] Look',
      answers: [{ question: 'JWT\nor sessions?', answer: NASTY }],
      message: undefined,
    })
    expect(prompt).toContain(`You asked:\n\n> JWT\n> or sessions?\n\nThe answer:\n\n${NASTY}`)
    expect(prompt).toContain('1 [~] Look')
    expect(prompt).not.toContain('undefined')
  })

  it('tells several answers in their order, and what the person says', () => {
    const answers = [
      { question: 'A?', answer: 'a' },
      { question: 'B?', answer: 'b' },
    ]
    const prompt = resumePrompt({ id: 'x', checklist: '', answers, message: 'Hurry.' })
    expect(prompt.indexOf('> A?')).toBeLessThan(prompt.indexOf('> B?'))
    expect(prompt).toContain('says:\n\nHurry.')
  })
})

describe('what a worker in a new conversation needs of the former one', () => {
  const nothing = { id: 'audit', context: undefined, output: false, answers: [], message: undefined }
  const rows: [string, Partial<Parameters<typeof handover>[0]>, string | undefined][] = [
    ['nothing', {}, undefined],
    ['context.md', { context: ' I was at 3.\n' }, 'left this:\n\nI was at 3.'],
    ['a report that was begun', { output: true }, 'begun .dispatch/tasks/audit/output.md'],
    ['an answer', { answers: [{ question: 'Q?', answer: NASTY }] }, `> Q?\n\nThe answer:\n\n${NASTY}`],
    ['a word of the person', { message: 'Focus on JWT.' }, 'says:\n\nFocus on JWT.'],
  ]
  it.each(rows)('%s', (_, given, text) => {
    const told = handover({ ...nothing, ...given })
    if (text === undefined) expect(told).toBeUndefined()
    else expect(told).toContain(text)
  })
})

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
