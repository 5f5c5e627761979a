/** tasks.yaml: what a spec wants done. */
import * as v from 'valibot'
import { parseDocument, replaceValues } from '../io/document.ts'
import { unreadable } from '../io/errors.ts'
import { readIfThere } from '../io/reading.ts'
import { listOf, mapping, optional, text, word, yesOrNo } from './words.ts'

const STATUSES = ['pending', 'in_progress', 'completed'] as const
export type TaskStatus = (typeof STATUSES)[number]

const Task = mapping({
  id: word,
  content: word,
  status: v.picklist(STATUSES, STATUSES.join(', ')),
  active_form: optional(text),
  file: optional(word),
  files: listOf(word),
  test_hints: v.nullish(
    v.pipe(
      v.union([text, v.array(text)], 'text or a list of texts'),
      v.transform((value) => [value].flat()),
    ),
    [],
  ),
  depends_on: listOf(word),
  parallel: optional(yesOrNo),
})

const Tasks = mapping({
  spec: optional(text),
  tasks: listOf(Task),
  phases: listOf(mapping({ name: optional(text), task_ids: listOf(word) })),
  meta: v.nullish(
    mapping({ created: optional(text), last_updated: optional(text), progress: optional(v.unknown()) }),
  ),
})

export interface SpecTask {
  id: string
  content: string
  status: TaskStatus
  /** What is being done, for a list that is watched: "Adding the cache". */
  activeForm: string
  /** Paths relative to the repository, forward slashes; empty: not known. */
  files: string[]
  testHints: string[]
  dependsOn: string[]
  /** What the author says: undefined where nothing is said. `[P]` in the content says yes. */
  parallel: boolean | undefined
}

export interface SpecTasks {
  /** In the order of the file. */
  tasks: SpecTask[]
  phases: { name: string | undefined; tasks: string[] }[]
  /** ISO 8601 or as the author wrote it. */
  updated: string | undefined
}

/** @throws exit 65 with the line: not YAML, a key that is missing, an id that is used twice, a phase with an unknown id */
function parseTasks(source: string, path: string): SpecTasks {
  const { value, complain } = parseDocument(Tasks, source, path)
  const seen = new Set<string>()
  value.tasks.forEach(({ id }, n) => {
    if (seen.has(id)) throw complain(['tasks', n, 'id'], 'an id that no other task has')
    seen.add(id)
  })
  for (const [n, { depends_on }] of value.tasks.entries())
    for (const [m, id] of depends_on.entries())
      if (!seen.has(id)) throw complain(['tasks', n, 'depends_on', m], 'the id of a task')
  const placed = new Set<string>()
  for (const [n, { task_ids }] of value.phases.entries())
    for (const [m, id] of task_ids.entries()) {
      if (!seen.has(id)) throw complain(['phases', n, 'task_ids', m], 'the id of a task')
      if (placed.has(id)) throw complain(['phases', n, 'task_ids', m], 'a task that is in one phase only')
      placed.add(id)
    }
  return {
    tasks: value.tasks.map((task) => ({
      id: task.id,
      content: task.content,
      status: task.status,
      activeForm: task.active_form ?? task.content,
      files: [...new Set([...(task.file === undefined ? [] : [task.file]), ...task.files])].map(plainPath),
      testHints: task.test_hints,
      dependsOn: task.depends_on,
      parallel: task.parallel ?? (/\[P\]/.test(task.content) ? true : undefined),
    })),
    phases: value.phases.map(({ name, task_ids }) => ({ name, tasks: task_ids })),
    updated: value.meta?.last_updated ?? value.meta?.created,
  }
}

/** @throws exit 65 also where there is no such file: a spec without tasks is none */
export function readTasks(path: string): SpecTasks {
  const source = readIfThere(path)
  if (source === undefined)
    throw unreadable({
      what: 'a spec needs this file',
      where: path,
      expected: 'a YAML document with a list of tasks',
      found: 'no file',
      next: 'Create it, or name another spec.',
    })
  return parseTasks(source, path)
}

/** `./src//a.ts` and `src/a.ts` are one file. */
export const plainPath = (path: string) =>
  path
    .trim()
    .replaceAll('\\', '/')
    .replace(/\/{2,}/g, '/')
    .replace(/^(\.\/)+/, '')
    .replace(/\/$/, '')

/** Sets the status of tasks, and `meta.last_updated`; no other byte changes. */
export function setStatuses(path: string, statuses: ReadonlyMap<string, TaskStatus>, at: Date): void {
  const { tasks } = readTasks(path)
  replaceValues(path, [
    ...tasks.flatMap(({ id }, n) => {
      const value = statuses.get(id)
      return value === undefined ? [] : [{ keys: ['tasks', n, 'status'], value }]
    }),
    { keys: ['meta', 'last_updated'], value: at.toISOString() },
  ])
}
