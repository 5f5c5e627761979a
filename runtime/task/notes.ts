/** Notes from the lead to a worker: notes/NNN.md, and NNN.read when the worker has seen it. */
import { join } from 'node:path'
import { DispatchError, EXIT } from '../io/errors.ts'
import { makeFolder, namesIn } from '../io/folders.ts'
import { publishNumbered } from '../io/numbered.ts'
import { publish } from '../io/publishing.ts'
import { readIfThere } from '../io/reading.ts'
import type { TaskPaths } from './directory.ts'

export interface Note {
  /** `001` … */
  number: string
  text: string
}

export function writeNote({ notes }: TaskPaths, text: string): number {
  makeFolder(notes)
  return publishNumbered(notes, '.md', text.endsWith('\n') ? text : `${text}\n`)
}

/** The notes that the worker has not seen, which are thereby seen. */
export function unreadNotes({ notes, data }: TaskPaths): Note[] {
  const names = namesIn(notes)
  const seen = new Set([...names, ...namesIn(data)])
  return names.flatMap((name) => {
    const number = /^(\d{3,})\.md$/.exec(name)?.[1]
    if (number === undefined || seen.has(`${number}.read`)) return []
    acknowledge(notes, data, number)
    return [{ number, text: (readIfThere(join(notes, name)) ?? '').trimEnd() }]
  })
}

/** A contained worker may not write in notes/; its own data/ serves then. */
function acknowledge(notes: string, data: string, number: string): void {
  try {
    publish(join(notes, `${number}.read`), '')
  } catch (error) {
    if (!(error instanceof DispatchError) || error.exit !== EXIT.no) throw error
    makeFolder(data)
    publish(join(data, `${number}.read`), '')
  }
}
