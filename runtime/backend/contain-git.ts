/** Settings of git for a contained worker, in its environment. */

type Setting = readonly [key: string, value: string]

/** git(1) takes numbered settings from the environment; those that the user set there keep their numbers. */
export function gitSettings(env: NodeJS.ProcessEnv, settings: readonly Setting[]): Record<string, string> {
  if (settings.length === 0) return {}
  const first = Number(env.GIT_CONFIG_COUNT) || 0
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(first + settings.length)],
    ...settings.flatMap(([key, value], at) => [
      [`GIT_CONFIG_KEY_${first + at}`, key],
      [`GIT_CONFIG_VALUE_${first + at}`, value],
    ]),
  ])
}

/** Packing the shared repository is nothing for a worker, and fails where it is mounted read-only. */
export const NO_PACKING: readonly Setting[] = [
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
]

/** The agents that hold the user's keys are out of reach, and a commit that waits for one fails. */
export const NO_SIGNING: readonly Setting[] = [
  ['commit.gpgSign', 'false'],
  ['tag.gpgSign', 'false'],
]
