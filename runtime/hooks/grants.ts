/** Whether a verb would give a worker rights, or a run a step, that the user has not granted yet. */
import { isProfile, PROFILES, type Profile } from '../config/profile.ts'
import { isTaskId } from '../task/id.ts'
import { readWishes } from './documents.ts'
import type { Invocation } from './own-verbs.ts'

/** Asked only when the decision depends on it. */
export interface Facts {
  /** The profile in the task's request; undefined for an unknown task. Only task ids are asked for. */
  profileOf: (id: string) => Profile | undefined
  /** What `start --model <word>`, or without a model, runs with when no profile is said. */
  profileOfModel: (word: string | undefined) => Profile
  /** Nothing contains what this model does, and the user gave it no profile: then no profile that is said limits it. */
  isUncontained: (word: string | undefined) => boolean
  /** The model in the task's request. */
  modelOf: (id: string) => string | undefined
  /** Whether the user approved this run (undefined: the one checked out here) when it was started. */
  runApproved: (run: string | undefined) => boolean
}

/** `limit` is the highest profile that may be given away without asking. */
export function needsGrant(call: Invocation, stdin: string, limit: Profile, facts: Facts): boolean {
  switch (call.verb) {
    case 'start':
      return call.values.all ? startAll(call, stdin, limit, facts) : start(call, stdin, limit, facts)
    case 'retry':
    case 'resume':
      return again(call, limit, facts)
    case 'answer':
      // It brings a parked worker back, which in plan mode may change nothing.
      return limit === 'read-only' && isKnown(call, facts) && again(call, limit, facts)
    case 'submit':
      return !(call.values.run ?? [undefined]).every((run) => facts.runApproved(run))
    default:
      return false
  }
}

const isKnown = ({ words: [id = ''] }: Invocation, { profileOf }: Facts) =>
  isTaskId(id) && profileOf(id) !== undefined

const exceeds = (word: string, limit: Profile) =>
  !isProfile(word) || PROFILES.indexOf(word) > PROFILES.indexOf(limit)

/** A profile that is said wins over the model's. Where only read-only is free, it has to be said. */
function launchExceeds(
  said: string[],
  models: (string | undefined)[],
  limit: Profile,
  { profileOfModel, isUncontained }: Facts,
): boolean {
  if (exceeds('full', limit) && models.some(isUncontained)) return true
  if (said.length > 0) return said.some((word) => exceeds(word, limit))
  return limit === 'read-only' || models.some((model) => exceeds(profileOfModel(model), limit))
}

function start({ words, values }: Invocation, stdin: string, limit: Profile, facts: Facts): boolean {
  const [id, dash = '-'] = words
  if (id === undefined || dash !== '-') return true
  // A single plan has no front matter; whatever the verb would make of one is not ours to wave through.
  if (/^\s*---/.test(stdin)) return true
  return launchExceeds(values.profile ?? [], values.model ?? [undefined], limit, facts)
}

/** Whether flags are defaults for the documents is the verb's affair: each document must pass by itself as well. */
function startAll({ words, values }: Invocation, stdin: string, limit: Profile, facts: Facts): boolean {
  const wishes = readWishes(stdin)
  if (wishes === undefined || words.some((word) => word !== '-')) return true
  if (values.profile?.some((word) => exceeds(word, limit))) return true
  return wishes.some(({ model, profile }) => {
    const models = model === undefined ? [undefined, ...(values.model ?? [])] : [model]
    return launchExceeds(profile === undefined ? [] : [profile], models, limit, facts)
  })
}

function again({ words: [id = ''], values }: Invocation, limit: Profile, facts: Facts): boolean {
  const recorded = isTaskId(id) ? facts.profileOf(id) : undefined
  if (recorded === undefined) return true
  const models = values.model ?? []
  if (exceeds('full', limit) && (values.model ?? [facts.modelOf(id)]).some(facts.isUncontained)) return true
  if (values.profile !== undefined) return values.profile.some((word) => exceeds(word, limit))
  return [recorded, ...models.map(facts.profileOfModel)].some((profile) => exceeds(profile, limit))
}
