/** Asking for an attempt: a folder with queued.yaml. Whoever launches it may be somebody else, later. */
import { basename, join } from 'node:path'
import { makeFolder } from '../io/folders.ts'
import { moveIfThere, removeAll } from '../io/handling.ts'
import { publish } from '../io/publishing.ts'
import { randomName, uuid } from '../io/random.ts'
import { printYaml } from '../io/yaml.ts'
import { type AttemptPaths, attemptNumbers, attemptPaths, type TaskPaths } from '../task/directory.ts'
import { takeInHand } from './hand.ts'
import type { Queued } from './record.ts'

/**
 * The next attempt of a task, in one step: a folder without its queued.yaml would say nothing of what is wanted.
 * The caller holds the task's lock.
 */
export function enqueue(
  task: TaskPaths,
  kind: Queued['kind'],
  message: string | undefined,
  at: Date,
  auto = false,
): AttemptPaths {
  const queued: Queued = {
    kind,
    mark: uuid(),
    conversation: uuid(),
    message: message ?? null,
    auto,
    created: at.toISOString(),
  }
  const attempt = attemptPaths(task, (attemptNumbers(task).at(-1) ?? 0) + 1)
  const fresh = join(task.attempts, `.${randomName()}.tmp`)
  makeFolder(fresh)
  try {
    publish(join(fresh, basename(attempt.queued)), printYaml(queued))
    // Whoever asks for it sees to it first; others leave it to them as long as they live.
    takeInHand(join(fresh, basename(attempt.starter)))
    moveIfThere(fresh, attempt.folder)
  } catch (error) {
    removeAll(fresh)
    throw error
  }
  return attempt
}
