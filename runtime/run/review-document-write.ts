/**
 * The documents that a run leaves in its spec: tasks.yaml is the author's, and gets statuses only; review.yaml and
 * checkpoint.yaml are computed, so that one which somebody damaged is set aside and written anew.
 */
import { basename, join } from 'node:path'
import { makeFolder } from '../io/folders.ts'
import { publishNumbered, threeDigits } from '../io/numbered.ts'
import { withKeys } from '../io/output-document.ts'
import { replace } from '../io/publishing.ts'
import { readIfThere } from '../io/reading.ts'
import { printYaml } from '../io/yaml.ts'
import { documentsOf } from '../spec/find.ts'
import { readTasks, setStatuses, type TaskStatus } from '../spec/tasks.ts'
import { checkpointDocument } from './checkpoint.ts'
import type { BatchKey, RunFacts } from './facts.ts'
import { progressOf } from './panel-progress.ts'
import { reviewDocument } from './review-document.ts'

interface Writing {
  top: string
  facts: RunFacts
  at: Date
  /** Where a damaged document is kept (paths.ts). */
  aside: string
  /** The batch whose commit they go into. */
  closing?: BatchKey
}

const documentsIn = ({ top, facts }: Pick<Writing, 'top' | 'facts'>) =>
  documentsOf({ name: facts.run.name, folder: join(top, facts.run.source) })

/** Relative, as `commitBatch` takes them. */
export const documentPaths = ({ run }: Pick<RunFacts, 'run'>): string[] =>
  ['tasks.yaml', 'review.yaml', 'checkpoint.yaml'].map((name) => `${run.source}/${name}`)

/**
 * For a commit. What can be in the way comes first: a tasks.yaml that is no YAML any more leaves all as it is.
 * @returns what a person should know
 * @throws exit 65 with the line of tasks.yaml, 75 where the disk is full
 */
export function writeDocuments(writing: Writing): string[] {
  const { facts, at, closing } = writing
  const { completed } = progressOf(facts, closing).tasks
  complete(documentsIn(writing).tasks, completed, at)
  return [...writeReview(writing), ...writeCheckpoint(writing)]
}

/** Only where something is to be changed: the date in it is that of the last change. */
function complete(path: string, ids: readonly string[], at: Date): void {
  const wanted = new Set(ids)
  const open = readTasks(path).tasks.filter(({ id, status }) => wanted.has(id) && status !== 'completed')
  const statuses = new Map(open.map(({ id }): [string, TaskStatus] => [id, 'completed']))
  if (statuses.size > 0) setStatuses(path, statuses, at)
}

const writeReview = (writing: Writing): string[] =>
  write(documentsIn(writing).review, reviewDocument(writing.facts, writing.at), writing.aside)

/** At each change of phase, too. */
export const writeCheckpoint = (writing: Writing): string[] =>
  write(
    documentsIn(writing).checkpoint,
    checkpointDocument(writing.facts, writing.at, writing.closing),
    writing.aside,
  )

function write(path: string, computed: Record<string, unknown>, aside: string): string[] {
  // What stands in it twice is printed twice; shared, it would become a name (&a1) that nobody gave.
  const document: Record<string, unknown> = JSON.parse(JSON.stringify(computed))
  const before = readIfThere(path)
  const text = before === undefined ? printYaml(document) : withKeys(before, path, document)
  if (text !== undefined) {
    if (text !== before) replace(path, text)
    return []
  }
  makeFolder(aside)
  const kept = publishNumbered(aside, `.${basename(path)}`, before ?? '')
  replace(path, printYaml(document))
  return [
    `${path} could not be read as YAML; it was written anew from the facts of the run, and what it held is kept: ${join(aside, `${threeDigits(kept)}.${basename(path)}`)}`,
  ]
}
