/**
 * What the checklist says when the text of plan.md and the facts of the verbs are laid together. Pure.
 *
 * A text without a mark that a verb set is either older than that mark, and then the mark counts, or a person took it
 * out, and then it does not. The two are told apart by evidence: a text that shows the effect of fact n comes from a
 * version that held all facts up to n, since every writing verb puts in all there are. Where the bytes are those of an
 * older text and nothing else is known, the mark counts: work that was done is not lost.
 */
import type { Facts, MarkFact, Shown } from './marks.ts'
import { type Item, type Plan, type Problem, scanPlan } from './plan.ts'
import { markLines } from './plan-edit.ts'
import { withTexts } from './words.ts'

export interface Folded {
  text: string
  plan: Plan
  problems: Problem[]
  /** Facts that the given text lacked and that are now in it. */
  applied: number[]
  /** Facts that a person has undone or changed in the given text. */
  overruled: number[]
}

/** `shown`: the words of items as workers were shown them, which tell a note from an em dash of the words. */
export function fold(
  text: string,
  facts: Pick<Facts, 'marks' | 'restored'>,
  shown: Iterable<string> = [],
): Folded {
  const known = new Set([...shown, ...facts.marks.map(({ item }) => item)])
  const scan = scanPlan(text)
  const items = withTexts(scan.items, known)
  const chains = chainsOf(items, facts.marks)
  const seen = Math.max(0, ...[...chains].map(([item, chain]) => evidenceOf(item, chain)))
  const over = facts.restored.length === 0 ? '' : fingerprint(text)
  const again = new Set(
    facts.restored.filter((fact) => fact.over === over).flatMap(({ restored }) => restored),
  )
  const dead = new Set(facts.marks.flatMap(({ overruled }) => overruled))
  const applied: number[] = []
  const overruled: number[] = []
  // From the bottom up, because a quote that is put in moves all lines below it.
  for (const [item, chain] of [...chains].sort(([a], [b]) => b.line - a.line)) {
    const live = chain.slice(chain.findLastIndex(({ number }) => dead.has(number)) + 1)
    const latest = live.at(-1)
    if (latest === undefined || shows(item, latest)) continue
    const older = item.mark === 'open' || chain.some(({ was }) => isSame(item, was))
    if (latest.number <= seen || again.has(latest.number) || !older) {
      if (item.mark !== latest.mark) overruled.push(latest.number)
      continue
    }
    let now = item
    for (const fact of live.filter(({ number }) => number > seen)) {
      markLines(scan.lines, now, fact.mark, fact)
      now = { ...now, mark: fact.mark }
      applied.push(fact.number)
    }
  }
  if (applied.length === 0)
    return { text, plan: planOf(scan, items), problems: scan.problems, applied, overruled }
  const folded = scan.lines.join('')
  const after = scanPlan(folded)
  const plan = planOf(after, withTexts(after.items, known))
  return { text: folded, plan, problems: after.problems, applied, overruled }
}

const planOf = ({ title, context, deliverables }: Plan, items: Item[]): Plan => ({
  title,
  context,
  items,
  deliverables,
})

/** The items of each wording, in order. */
export function byText(items: readonly Item[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const group = groups.get(item.text)
    if (group === undefined) groups.set(item.text, [item])
    else group.push(item)
  }
  return groups
}

/** The facts of each item, rising. Where equal wordings became more or fewer, nobody can say which is meant: none. */
function chainsOf(items: readonly Item[], marks: readonly MarkFact[]): Map<Item, MarkFact[]> {
  const groups = byText(items)
  const chains = new Map<Item, MarkFact[]>()
  for (const fact of marks) {
    const group = groups.get(fact.item)
    const item = group?.length === fact.of ? group[fact.nth] : undefined
    if (item === undefined) continue
    const chain = chains.get(item)
    if (chain === undefined) chains.set(item, [fact])
    else chain.push(fact)
  }
  return chains
}

/** The number of the newest fact whose effect this item shows for certain, else 0. */
function evidenceOf(item: Item, chain: readonly MarkFact[]): number {
  const has = (shown: Shown, key: 'mark' | 'blocker' | 'error') =>
    shown[key] !== undefined && shown[key] === item[key]
  const hasNote = ({ note }: Shown) => note !== undefined && item.note?.startsWith(note) === true
  const longest = Math.max(0, ...chain.filter(hasNote).map(({ note }) => note?.length ?? 0))
  return Math.max(
    firstWith(chain, (shown) => has(shown, 'mark')),
    firstWith(chain, (shown) => has(shown, 'blocker')),
    firstWith(chain, (shown) => has(shown, 'error')),
    firstWith(chain, (shown) => hasNote(shown) && shown.note?.length === longest),
  )
}

/** The first fact that has it, unless the item had it before that fact already: then it proves nothing. */
function firstWith(chain: readonly MarkFact[], has: (shown: Shown) => boolean): number {
  const at = chain.findIndex(has)
  return chain.slice(0, at + 1).some(({ was }) => has(was)) ? 0 : (chain[at]?.number ?? 0)
}

const shows = (item: Item, { mark, note, blocker, error }: Shown) =>
  item.mark === mark &&
  (note === undefined || item.note === note) &&
  (blocker === undefined || item.blocker === blocker) &&
  (error === undefined || item.error === error)

const isSame = (a: Shown, b: Shown) =>
  a.mark === b.mark && a.note === b.note && a.blocker === b.blocker && a.error === b.error

/** Tells one text from another (FNV-1a, twice); no digest of node:crypto, which a tick would have to load. */
export function fingerprint(text: string): string {
  let a = 0x811c9dc5
  let b = 0x9dc5811c
  for (let at = 0; at < text.length; at++) {
    a = Math.imul(a ^ text.charCodeAt(at), 0x01000193)
    b = Math.imul(b ^ text.charCodeAt(at), 0x85ebca6b)
  }
  return `${text.length}-${(a >>> 0).toString(36)}-${(b >>> 0).toString(36)}`
}
