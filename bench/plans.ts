/** The documents that a model would write for `start --all`: an audit of five items, as the skill asks for. */

export interface Task {
  id: string
  question?: string
  /** How long its worker takes, in all. */
  seconds?: number
}

const ITEMS = [
  'Read the code that belongs to it',
  'List every place with file and line',
  'Judge each place by its severity',
  'Compare with what the documentation promises',
]

export function plan({ id, question, seconds = 2 }: Task): string {
  const items = [...ITEMS, `Write findings to .dispatch/tasks/${id}/output.md`]
  return [
    '---',
    `id: ${id}`,
    'model: demo',
    'profile: read-only',
    '---',
    `# ${id.replace('-', ' ')}`,
    ...items.map((item) => `- [ ] ${item}`),
    '',
    '## Context',
    // A sentence of this length is what a model would write here.
    `demo: pace ${Math.round((seconds * 1000) / items.length)}`,
    'demo: summary One issue: emails of users are logged at INFO level in auth.ts:42.',
    ...(question === undefined ? [] : [`demo: item 2 asks ${question}`]),
  ].join('\n')
}
