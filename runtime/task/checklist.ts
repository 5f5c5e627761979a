/** The checklist as the verbs use it: read it, show it with numbers, set a mark by number. */
import { join } from 'node:path'
import { misused, refused } from '../io/errors.ts'
import { byText, type Folded, fold } from './fold.ts'
import { type Facts, type MarkFact, makeMarksFolder, publishMark, readFacts } from './marks.ts'
import { CHARACTER, type Item, type Mark, type Plan } from './plan.ts'
import { type Details, tidied } from './plan-edit.ts'
import { damagedPlan, readSettled, type Settled, writeFolded } from './plan-file.ts'
import { recordShown, type ShownItem, shownTo, wordsShown } from './shown.ts'

export interface Checklist {
  plan: Plan
  /** plan.md with every mark that counts, also where nobody has written it there yet. */
  text: string
  /** The marks that verbs have set, in their order. */
  marks: MarkFact[]
  /** What is wrong and was passed over, as sentences. */
  problems: string[]
}

export interface Marked {
  /** The item's number in the present list. */
  number: number
  item: Item
  done: number
  total: number
}

/** Reads; writes nothing. Throws 65 where plan.md is no plan. */
export function readChecklist(taskDir: string): Checklist {
  return checklistOf(taskDir, look(taskDir))
}

/** The items with their numbers, 1 first; from now on these are the numbers that `attempt` means. */
export function showNumbered(taskDir: string, attempt: number): Checklist {
  const checklist = checklistOf(taskDir, look(taskDir))
  recordShown(taskDir, attempt, checklist.plan.items)
  return checklist
}

/** `1 [x] text — note`, one line an item, nested as in the plan, with what blocks or failed it. */
export function numberedText({ plan }: Pick<Checklist, 'plan'>): string {
  const width = String(plan.items.length).length
  const line = ({ index, indent, mark, text, note, blocker, error }: Item) => {
    const reason = mark === 'blocked' ? blocker : mark === 'failed' ? error : undefined
    const more = [note, reason?.replaceAll('\n', ' ')].filter((words) => words !== undefined)
    return `${String(index + 1).padStart(width)} ${indent}[${CHARACTER[mark]}] ${[text, ...more].join(' — ')}`
  }
  return plan.items.map(line).join('\n')
}

/** The marks that verbs have set, by attempt, in their order. */
export function ticksOf(taskDir: string): Map<number, MarkFact[]> {
  const ticks = new Map<number, MarkFact[]>()
  for (const fact of readFacts(taskDir).marks)
    ticks.set(fact.attempt, [...(ticks.get(fact.attempt) ?? []), fact])
  return ticks
}

/**
 * Sets the mark of the item that was last shown to this attempt under number `n`. The mark is recorded first and
 * written into plan.md then, so it counts wherever this is killed.
 */
export function mark(
  taskDir: string,
  attempt: number,
  n: string | number,
  mark: Mark,
  given: Details = {},
  clock: () => number = Date.now,
): Marked {
  const number = numberOf(n)
  const details = tidied(given)
  makeMarksFolder(taskDir)
  const now = look(taskDir)
  const shown = shownTo(taskDir, attempt)
  const meant = meantBy(taskDir, attempt, number, now, shown)
  const stamp = () => ({ at: new Date(clock()).toISOString(), attempt })
  const { text, nth, of } = meant.place
  const latest = now.facts.marks.findLast((fact) => fact.item === text && fact.nth === nth && fact.of === of)
  const own =
    latest !== undefined && meant.item !== undefined && isSettled(meant.item, latest, mark, details)
      ? latest.number
      : publishMark(taskDir, {
          item: text,
          nth,
          of,
          mark,
          ...details,
          was: stateOf(meant.item),
          overruled: now.folded?.overruled ?? [],
          ...stamp(),
        })
  const { plan } = writeFolded(taskDir, own, wordsShown(taskDir), stamp)
  const group = byText(plan.items).get(text)
  const item = (group?.length === of ? group[nth] : undefined) ?? meant.item
  // A person took the item out while its mark was being set: what was recorded then does nothing.
  if (item === undefined) throw anew(taskDir, attempt, plan, `item ${number} is no longer in the list`)
  const done = plan.items.filter((each) => each.mark === 'done').length
  return { number: item.index + 1, item, done, total: plan.items.length }
}

interface Look {
  settled: Settled
  facts: Facts
  /** Undefined where plan.md is damaged. */
  folded: Folded | undefined
}

function look(taskDir: string): Look {
  const shown = wordsShown(taskDir)
  const facts = readFacts(taskDir)
  const settled = readSettled(taskDir, shown.last)
  return {
    settled,
    facts,
    folded: settled.text === undefined ? undefined : fold(settled.text, facts, shown.all),
  }
}

function checklistOf(taskDir: string, { settled, facts, folded }: Look): Checklist {
  if (folded === undefined) throw damagedPlan(taskDir, settled, false)
  const broken = folded.problems.map(
    ({ line, found }) =>
      `not a checklist item and passed over: ${join(taskDir, 'plan.md')}:${line}: ${found}`,
  )
  return {
    plan: folded.plan,
    text: folded.text,
    marks: facts.marks,
    problems: [...broken, ...facts.problems],
  }
}

function numberOf(n: string | number): number {
  const words = String(n)
  if (/^\d+$/.test(words)) return Number(words)
  throw misused({
    what: 'not the number of an item',
    expected: 'a number as `dispatch plan` shows it',
    found: words,
  })
}

/** The item under a number: by its words, wherever it stands now. Without a readable plan, by what was shown alone. */
function meantBy(
  taskDir: string,
  attempt: number,
  number: number,
  { settled, folded }: Look,
  shown: ShownItem[] | 'none' | 'damaged',
): { place: ShownItem; item: Item | undefined } {
  if (folded === undefined) {
    const place = typeof shown === 'string' ? undefined : shown[number - 1]
    if (place === undefined) throw damagedPlan(taskDir, settled, false)
    return { place, item: undefined }
  }
  const { plan } = folded
  if (shown === 'damaged')
    throw anew(taskDir, attempt, plan, 'the record of the numbers you were shown is damaged')
  const list = shown === 'none' ? recordShown(taskDir, attempt, plan.items) : shown
  const place = list[number - 1]
  if (place === undefined) throw anew(taskDir, attempt, plan, `there is no item ${number}`)
  const group = byText(plan.items).get(place.text) ?? []
  const item = group[place.nth]
  if (group.length === place.of && item !== undefined) return { place, item }
  const why = group.length === 0 ? 'is no longer in the list' : 'has the same words as another one now'
  throw anew(taskDir, attempt, plan, `item ${number}, "${place.text}", ${why}`)
}

/** Refuses with the new list, which is the shown one from now on. */
function anew(taskDir: string, attempt: number, plan: Plan, what: string) {
  recordShown(taskDir, attempt, plan.items)
  return refused({
    what: `${what}; no mark was set`,
    next: `The numbers are now:\n${numberedText({ plan })}`,
  })
}

const isSettled = (item: Item, latest: MarkFact, mark: Mark, { note, blocker, error }: Details) =>
  item.mark === mark &&
  latest.mark === mark &&
  (note === undefined || note === latest.note) &&
  (blocker === undefined || blocker === latest.blocker) &&
  (error === undefined || error === latest.error)

const stateOf = (item: Item | undefined) =>
  item === undefined
    ? { mark: 'open' as const }
    : { mark: item.mark, note: item.note, blocker: item.blocker, error: item.error }
