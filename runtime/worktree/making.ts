/**
 * The note that a worktree is being made, `<folder>/<name>.making`, there from before the first step until the last.
 * A note whose maker is dead means a killed create: nobody ever worked there, so all of it can be undone.
 * The path and the branch follow from the note's own name, so that a damaged note cannot point elsewhere.
 */
import { join } from 'node:path'
import * as v from 'valibot'
import { DispatchError, EXIT } from '../io/errors.ts'
import { namesIn } from '../io/folders.ts'
import { removeAll } from '../io/handling.ts'
import { here, isAlive } from '../io/processes.ts'
import { publish } from '../io/publishing.ts'
import { randomName } from '../io/random.ts'
import { printYaml, readYaml } from '../io/yaml.ts'
import { inCommon, registered } from './inside.ts'
import type { Repository } from './repository.ts'

const SUFFIX = '.making'

const Note = v.object({
  /** The commit that the branch starts at. */
  base: v.string(),
  /** What the worktree is locked with until it is ready: unique, so it tells ours from everybody else's. */
  lock: v.string(),
  maker: v.object({ pid: v.number(), start: v.string() }),
})

export interface Making extends v.InferOutput<typeof Note> {
  path: string
  branch: string
  note: string
}

const placed = (folder: string, name: string) => ({
  path: join(folder, name),
  branch: `dispatch/${name}`,
  note: join(folder, `${name}${SUFFIX}`),
})

/** Claims `name` in this folder. Undefined when somebody else has it. */
export function beginMaking(folder: string, name: string, base: string): Making | undefined {
  const maker = { pid: process.pid, start: here.startOf(process.pid) ?? '' }
  const making = { ...placed(folder, name), base, lock: `dispatch is making this (${randomName()})`, maker }
  return publish(making.note, printYaml({ base, lock: making.lock, maker })) ? making : undefined
}

export const endMaking = ({ note }: Making) => removeAll(note)

/** What killed creates left in this folder. A note that cannot be read is left alone, and its name stays taken. */
export function leftovers(folder: string): Making[] {
  return namesIn(folder).flatMap((file) => {
    if (!file.endsWith(SUFFIX)) return []
    const making = { ...placed(folder, file.slice(0, -SUFFIX.length)) }
    const note = v.safeParse(Note, readNote(making.note))
    return note.success && !isAlive(note.output.maker) ? [{ ...making, ...note.output }] : []
  })
}

function readNote(path: string): unknown {
  try {
    return readYaml(path)
  } catch (error) {
    if (error instanceof DispatchError && error.exit === EXIT.data) return undefined
    throw error
  }
}

/**
 * Removes what was made so far; can itself be killed anywhere and repeated. No `git worktree prune` or `remove`: the
 * one takes other people's worktrees that are away for the moment, the other refuses half-made ones. The branch goes
 * only while it is still where it began, which git compares and deletes in one step.
 */
export async function undo(repository: Repository, making: Making): Promise<void> {
  const { path, branch, base, lock } = making
  removeAll(path)
  for (const each of registered(repository.common))
    if (each.locked === lock || each.path === path) removeAll(each.gitDir)
  await inCommon(repository, ['update-ref', '-d', `refs/heads/${branch}`, base])
}
