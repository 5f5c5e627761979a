import { describe, expect, it } from 'vitest'
import { type DemoScript, demoScript } from './demo-script.ts'

const empty: DemoScript = {
  pace: 400,
  asks: new Map(),
  notes: new Map(),
  blocks: new Map(),
  fails: new Map(),
  summary: undefined,
  findings: [],
  exitCode: 0,
}

describe('what a plan asks of the demo worker', () => {
  const rows: [string, string | undefined, Partial<DemoScript>][] = [
    ['no context', undefined, {}],
    ['text for other workers', 'Use Node 20.\nDemo: pace 5\nsee demo: pace 5', {}],
    ['pace', 'demo: pace 20', { pace: 20 }],
    ['a pace that is none', 'demo: pace fast', { pace: 0 }],
    [
      'a question',
      'demo: item 3 asks Which one, JWT or sessions?',
      { asks: new Map([[3, 'Which one, JWT or sessions?']]) },
    ],
    [
      'two questions',
      'demo: item 1 asks A?\ndemo: item 12 asks B?',
      {
        asks: new Map([
          [1, 'A?'],
          [12, 'B?'],
        ]),
      },
    ], // prettier-ignore
    ['the last word counts', 'demo: item 1 asks A?\ndemo: item 1 asks B?', { asks: new Map([[1, 'B?']]) }],
    ['a note', '- demo: item 2 notes found 2 — both old', { notes: new Map([[2, 'found 2 — both old']]) }],
    [
      'a blocker and an error',
      '  * demo: item 1 blocks no key\r\n  * demo: item 2 fails no disk\r\n',
      { blocks: new Map([[1, 'no key']]), fails: new Map([[2, 'no disk']]) },
    ],
    [
      'summary and findings',
      'demo: summary Two.\ndemo: finds a\ndemo: finds b',
      { summary: 'Two.', findings: ['a', 'b'] },
    ],
    ['an exit code', 'demo: exits 3', { exitCode: 3 }],
    [
      'an item without a number, a verb or words',
      'demo: item asks x\ndemo: item 1 sings x\ndemo: item 1 asks',
      {},
    ],
  ]
  it.each(rows)('%s', (_, context, script) =>
    expect(demoScript(context, 400)).toEqual({ ...empty, ...script }),
  )
})
