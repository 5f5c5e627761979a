/** Which model of the user's a reviewer of the spec comes to: the author names it, the user's configuration decides. */
import { offered } from '../../config/families.ts'
import { spelled } from '../../config/known.ts'
import type { Config } from '../../config/load.ts'
import type { ModelChoice } from '../../config/model.ts'
import { lookUp, resolveModel } from '../../config/resolve.ts'
import { refused } from '../../io/errors.ts'
import { findProgram } from '../../io/which.ts'
import type { Validation } from '../../spec/validation.ts'
import { externalsOf } from './reviewers.ts'

interface Reviewing {
  /** From which the model is resolved again at each launch. */
  word: string
  choice: ModelChoice
  effort: string | undefined
}

/** @throws exit 1 where the model is not known, or is run by another CLI than the author names */
export function modelFor(
  review: Validation['review'],
  reviewer: string | undefined,
  config: Config,
  env: NodeJS.ProcessEnv,
): Reviewing {
  const found = externalsOf(review).find(({ id }) => id === reviewer)
  if (found === undefined)
    throw refused({
      what: `validation.yaml knows no reviewer ${reviewer} any more`,
      next: 'See its review_config.',
    })
  const { type, model = type } = found
  const isInstalled = (program: string) => findProgram(program, env) !== undefined
  const effort = effortOf(review.effort)
  const choice = resolveModel(config, model, isInstalled)
  if (isBy(type, choice)) return { word: model, choice, effort }
  const listed = offered(config.offers?.() ?? new Map(), type, model)
  const other = listed === undefined ? undefined : lookUp(config, listed, isInstalled)
  if (listed !== undefined && other !== undefined && isBy(type, other))
    return { word: listed, choice: other, effort }
  throw refused({
    what: `the reviewer ${reviewer} is to be run by ${type}, and its model ${model} is one of ${choice.group}`,
    next: `In review_config of validation.yaml: \`type: ${choice.group}\`, or a model as ${type} names it (dispatch models).`,
  })
}

const isBy = (type: string, { backend, group }: ModelChoice) =>
  [backend, group].some((name) => spelled(name) === spelled(type))

/** A word from a repository becomes a word of a command: nothing that looks like anything else. */
function effortOf(word: string | undefined): string | undefined {
  if (word === undefined || /^[a-z0-9][a-z0-9-]{0,23}$/i.test(word)) return word
  throw refused({
    what: 'this is no effort of a model',
    where: 'validation.yaml: review_config.reasoning_effort',
    found: JSON.stringify(word.slice(0, 60)),
  })
}
