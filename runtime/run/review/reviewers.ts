/** Who reviews: the native reviewer, always, and those that the spec's author named besides. Pure. */
import { spelled } from '../../config/known.ts'
import type { Validation } from '../../spec/validation.ts'
import type { Attempt } from '../facts.ts'

/** The one that the session itself starts, by this name in every attempt and report. */
export const NATIVE = 'claude'
/** Its model where the author says none. */
const NATIVE_MODEL = 'opus'

export interface External {
  /** As attempts and reports have it: of `a-z 0-9 . _ -`, and nobody else's. */
  id: string
  /** A backend's name. */
  type: string
  /** As people write it; undefined: the backend's own default. */
  model: string | undefined
}

type Config = Pick<Validation['review'], 'claudeModel' | 'reviewers'>

/** Those that the runtime starts as workers, in the author's order. The entry that describes the native one is not among them. */
export function externalsOf({ claudeModel, reviewers }: Config): External[] {
  const native = reviewers.findIndex(
    ({ id, type, model }) =>
      type === NATIVE &&
      (id === NATIVE || model === undefined || spelled(model) === spelled(claudeModel ?? NATIVE_MODEL)),
  )
  const taken = new Set([NATIVE])
  return reviewers
    .filter((_, n) => n !== native)
    .map(({ id, type, model }) => {
      const name = nameFor(id, taken)
      taken.add(name)
      return { id: name, type, model }
    })
}

/** All of them, the native one first. */
export const reviewersOf = (config: Config): string[] => [NATIVE, ...externalsOf(config).map(({ id }) => id)]

/** Ids of the attempts among these that a worker carries out. */
export const externalNames = (attempts: readonly Attempt[]): string[] =>
  attempts.filter(isExternal).map(({ id }) => id)

export const isExternal = ({ phase, reviewer }: Pick<Attempt, 'phase' | 'reviewer'>) =>
  phase === 'review' && reviewer !== undefined && reviewer !== NATIVE

/** A longer one would not fit into the id of a task. */
const LONGEST = 24

function nameFor(id: string, taken: ReadonlySet<string>): string {
  const plain =
    id
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
      .slice(0, LONGEST) || 'reviewer'
  for (let n = 1; ; n++) {
    const name = n === 1 ? plain : `${plain}-${n}`
    if (!taken.has(name)) return name
  }
}
