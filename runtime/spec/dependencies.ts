/** dependencies.yaml: what comes before what, where the author wrote it down. */
import * as v from 'valibot'
import { readDocument } from '../io/document.ts'
import { plainPath } from './tasks.ts'
import { listOf, mapping, optional, text, word } from './words.ts'

const number = v.pipe(v.number('a whole number'), v.integer('a whole number'), v.minValue(1, '1 or more'))
const ACTIONS = ['delete', 'rename', 'move'] as const

const Dependencies = mapping({
  phases: listOf(
    mapping({
      id: optional(text),
      name: optional(text),
      tasks: listOf(mapping({ id: word, file: optional(word), depends_on: listOf(word) })),
    }),
  ),
  batches: v.nullish(v.array(mapping({ batch: optional(number), tasks: listOf(word) }), 'a list')),
  actions: listOf(
    mapping({
      id: word,
      type: v.picklist(ACTIONS, ACTIONS.join(', ')),
      file: optional(word),
      from: optional(word),
      to: optional(word),
      depends_on: listOf(word),
    }),
  ),
})

/** A file that goes away or elsewhere on the way. */
export interface FileAction {
  id: string
  type: (typeof ACTIONS)[number]
  /** What it touches: the file, or where it was and where it will be. */
  files: string[]
  dependsOn: string[]
}

export interface Dependencies {
  phases: {
    name: string | undefined
    tasks: { id: string; file: string | undefined; dependsOn: string[] }[]
  }[]
  /** Undefined: to be computed. */
  batches: string[][] | undefined
  actions: FileAction[]
}

/** Undefined where there is no such file. @throws exit 65 with the line */
export function readDependencies(path: string): Dependencies | undefined {
  const parsed = readDocument(Dependencies, path)
  if (parsed === undefined) return undefined
  const { phases, batches, actions } = parsed.value
  return {
    phases: phases.map(({ id, name, tasks }) => ({
      name: name ?? id,
      tasks: tasks.map((task) => ({
        id: task.id,
        file: task.file === undefined ? undefined : plainPath(task.file),
        dependsOn: task.depends_on,
      })),
    })),
    batches: batches?.map(({ tasks }) => tasks),
    actions: actions.map(({ id, type, file, from, to, depends_on }, n) => {
      const files = type === 'delete' ? [file ?? from] : [from ?? file, to]
      if (files.some((path) => path === undefined))
        throw parsed.complain(['actions', n], type === 'delete' ? 'the key file' : 'the keys from and to')
      return {
        id,
        type,
        files: files.flatMap((path) => (path === undefined ? [] : [plainPath(path)])),
        dependsOn: depends_on,
      }
    }),
  }
}
