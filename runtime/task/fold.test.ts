import { describe, expect, test } from 'vitest'
import { type Folded, fingerprint, fold } from './fold.ts'
import type { MarkFact, RestoredFact } from './marks.ts'
import type { Mark } from './plan.ts'

const OLD = '# T\r\n\r\n- [ ] a\r\n- [ ] b — with a dash\r\n- [ ] c\r\n- [ ] c\r\n'

/** Writing verbs, one after another, on a file that people save over in between. */
class Desk {
  text: string
  marks: MarkFact[] = []
  restored: RestoredFact[] = []
  constructor(text = OLD) {
    this.text = text
  }

  fold(): Folded {
    const folded = fold(this.text, this)
    expect(fold(folded.text, this).text, 'folding twice').toBe(folded.text)
    return folded
  }

  /** `killed`: the verb died between recording and writing. */
  verb(item: number, mark: Mark, details: Partial<MarkFact> = {}, killed = false): this {
    const before = this.fold()
    const now = before.plan.items[item]
    if (now === undefined) throw new Error('no such item')
    const same = before.plan.items.filter(({ text }) => text === now.text)
    const { mark: was, note, blocker, error } = now
    const number = this.marks.length + this.restored.length + 1
    const stamp = { at: '2025-01-01T00:00:00.000Z', attempt: 1 }
    const put = new Set(this.marks.map((fact) => fact.number))
    this.marks.push({
      number,
      item: now.text,
      nth: same.indexOf(now),
      of: same.length,
      mark,
      was: { mark: was, note, blocker, error },
      overruled: before.overruled,
      ...stamp,
      ...details,
    })
    if (killed) return this
    const { text, applied } = this.fold()
    const back = applied.filter((n) => put.has(n))
    if (back.length > 0)
      this.restored.push({ number: number + 1, restored: back, over: fingerprint(this.text), ...stamp })
    this.text = text
    return this
  }

  save(text: string): this {
    this.text = text
    return this
  }

  edit(from: string | RegExp, to: string): this {
    const text = this.text.replace(from, to)
    expect(text).not.toBe(this.text)
    return this.save(text)
  }

  get marksShown(): string {
    return this.fold()
      .plan.items.map(({ mark }) => ({ open: '.', doing: '~', done: 'x', blocked: '?', failed: '!' })[mark])
      .join('')
  }
}

describe('a mark made by a verb is not lost', () => {
  test.each<[string, (desk: Desk) => Desk, string]>([
    ['killed before it was written', (d) => d.verb(0, 'done', {}, true), 'x...'],
    ['the exact older text saved', (d) => d.verb(0, 'done').save(OLD), 'x...'],
    ['older text, with a note', (d) => d.verb(0, 'done', { note: 'n' }).save(OLD), 'x...'],
    ['older text over two', (d) => d.verb(0, 'done').verb(1, 'done').save(OLD), 'xx..'],
    [
      'older text that has the first',
      (d) => {
        const older = d.verb(0, 'done').text
        return d.verb(1, 'done').save(older)
      },
      'xx..',
    ],
    [
      'older text from between begin and tick',
      (d) => {
        const older = d.verb(0, 'doing').text
        return d.verb(0, 'done').save(older)
      },
      'x...',
    ],
    ['older text edited elsewhere', (d) => d.verb(0, 'done').save(OLD.replace('# T', '# U')), 'x...'],
    [
      'older text with an item ticked by hand',
      (d) => d.verb(0, 'done').save(OLD.replace('[ ] b', '[x] b')),
      'xx..',
    ],
    [
      'ticked by hand before, then older text',
      (d) => {
        const older = d.edit('[ ] b', '[x] b').text
        return d.verb(0, 'done').verb(1, 'done').save(older)
      },
      'xx..',
    ],
    [
      'first written by somebody else, then older text',
      (d) => d.verb(0, 'done', {}, true).verb(1, 'done', {}, true).save(OLD).verb(2, 'doing'),
      'xx~.',
    ],
    [
      'blocked, then ticked, older text',
      (d) => d.verb(0, 'blocked', { blocker: 'q' }).verb(0, 'done').save(OLD),
      'x...',
    ],
    ['ticked, then begun again, older text', (d) => d.verb(0, 'done').verb(0, 'doing').save(OLD), '~...'],
    ['an item with an em dash', (d) => d.verb(1, 'done', { note: 'n — m' }).save(OLD), '.x..'],
    ['the second of two equal ones', (d) => d.verb(3, 'done').save(OLD), '...x'],
  ])('%s', (_, play, shown) => expect(play(new Desk()).marksShown).toBe(shown))

  test('and stands in the file again after the next verb', () => {
    const desk = new Desk()
      .verb(0, 'done', { note: 'n' })
      .verb(3, 'blocked', { blocker: 'q' })
      .save(OLD)
      .verb(1, 'done')
    expect(desk.text).toBe(
      '# T\r\n\r\n- [x] a — n\r\n- [x] b — with a dash\r\n- [ ] c\r\n- [?] c\r\n> **Blocker:** q\r\n',
    )
  })
})

describe('what a person takes out stays out', () => {
  test.each<[string, (desk: Desk) => Desk, string]>([
    ['with the note kept', (d) => d.verb(0, 'done', { note: 'n' }).edit('[x]', '[ ]'), '....'],
    ['the first of two', (d) => d.verb(0, 'done').verb(1, 'done').edit('[x] a', '[ ] a'), '.x..'],
    [
      'also when later saves take the evidence away, once a verb has seen it',
      (d) =>
        d
          .verb(0, 'done')
          .verb(1, 'done')
          .edit('[x] a', '[ ] a')
          .verb(2, 'done')
          .edit('[x] b', '[ ] b')
          .edit('[x] c', '[ ] c')
          .verb(3, 'done'),
      '.xxx',
    ],
    [
      'put back once, then saved without',
      (d) => d.verb(0, 'done').save(OLD).verb(2, 'doing').edit('[x]', '[ ]'),
      '..~.',
    ],
    [
      'put back once, then the very same text again',
      (d) => d.verb(0, 'done').save(OLD).verb(2, 'doing').save(OLD),
      '..~.',
    ],
    ['another mark instead', (d) => d.verb(0, 'done').edit('[x]', '[!]'), '!...'],
    [
      'another mark instead, and a later verb elsewhere',
      (d) => d.verb(0, 'done').edit('[x]', '[?]').verb(1, 'done'),
      '?x..',
    ],
    ['a quote that is kept', (d) => d.verb(0, 'blocked', { blocker: 'q' }).edit('[?]', '[ ]'), '....'],
    [
      'ticked by hand after a blocker',
      (d) => d.verb(0, 'blocked', { blocker: 'q' }).edit('[?]', '[x]'),
      'x...',
    ],
    ['ticked by hand, no verb at all', (d) => d.edit('[ ] a', '[x] a').edit('[x] a', '[ ] a'), '....'],
    [
      'ticked again by a verb',
      (d) => d.verb(0, 'done', { note: 'n' }).edit('[x]', '[ ]').verb(0, 'done'),
      'x...',
    ],
    [
      'ticked again by hand',
      (d) => d.verb(0, 'done', { note: 'n' }).edit('[x]', '[ ]').verb(1, 'done').edit('[ ] a', '[x] a'),
      'xx..',
    ],
  ])('%s', (_, play, shown) => expect(play(new Desk()).marksShown).toBe(shown))
})

describe('items that people change', () => {
  test.each<[string, (desk: Desk) => Desk, string]>([
    [
      'reordered',
      (d) => d.verb(0, 'done', {}, true).save('- [ ] c\n- [ ] c\n- [ ] b — with a dash\n- [ ] a\n'),
      '...x',
    ],
    ['other words', (d) => d.verb(0, 'done').save(OLD.replace(' a', ' A')), '....'],
    ['taken out', (d) => d.verb(0, 'done').save(OLD.replace('- [ ] a\r\n', '')), '...'],
    [
      'one of two equal ones taken out: nobody knows which',
      (d) => d.verb(3, 'done', {}, true).save(OLD.replace('- [ ] c\r\n', '')),
      '...',
    ],
    ['a mark in the text of a changed item stays', (d) => d.verb(0, 'done').edit('] a', '] A'), 'x...'],
    [
      'by hand and by verb in turn',
      (d) => d.verb(0, 'doing').edit('[~] a', '[x] a — by hand').verb(1, 'done').edit('[ ] c', '[~] c'),
      'xx~.',
    ],
  ])('%s', (_, play, shown) => expect(play(new Desk()).marksShown).toBe(shown))
})

test('ten thousand marks take no more than in proportion', () => {
  const time = (n: number) => {
    const text = Array.from({ length: n }, (_, at) => `- [ ] item ${at}\n`).join('')
    const marks = Array.from(
      { length: n },
      (_, at): MarkFact => ({
        number: at + 1,
        item: `item ${at}`,
        nth: 0,
        of: 1,
        mark: 'done',
        note: 'n',
        was: { mark: 'open' },
        overruled: [],
        at: '',
        attempt: 1,
      }),
    )
    const from = performance.now()
    expect(fold(text, { marks, restored: [] }).applied).toHaveLength(n)
    return performance.now() - from
  }
  const least = (n: number) => Math.min(...Array.from({ length: 6 }, () => time(n)))
  // Ten times as many; a hundred times as long would be the square.
  expect(least(10_000) / least(1000)).toBeLessThan(50)
})
