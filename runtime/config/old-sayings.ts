/** What a person is told about a command of an older configuration: what of it counts no longer, and what does. Pure. */
import type { Understood } from './old-command.ts'
import { DEFAULT_PROFILE } from './profile.ts'

/** What holds instead of old flags. */
const RIGHTS = `What a worker may do is its profile: ${DEFAULT_PROFILE}, unless the task, its model or its alias says read-only or full.`

/** @param model whether the command's own model is kept */
export function sayings(called: string, old: Understood, { model }: { model: boolean }): string[] {
  const { cli, command, granting, profile, id, effort } = old
  const start = command === undefined ? '' : `, started as \`${command.join(' ')}\``
  const lost = model
    ? []
    : [id && `the model ${id}`, effort && `the effort ${effort}`].filter((what) => !!what)
  return [
    `${called} is ${cli}${start}; dispatch builds the rest of the command.`,
    ...(granting.length === 0
      ? []
      : [`${called}: ${granting.join(', ')} gives no rights any more. ${RIGHTS}`]),
    ...(profile === undefined ? [] : [`${called}: its workers get the profile ${profile}.`]),
    ...(lost.length === 0
      ? []
      : [`${called}: ${lost.join(' and ')} is not kept; that belongs to an entry under models.`]),
  ]
}
