/** `NNN.landed` in an attempt's folder: that the branch was brought into another, once each time. */

import { join } from 'node:path'
import * as v from 'valibot'
import { readChecked } from '../io/checked.ts'
import { namesIn } from '../io/folders.ts'
import { publishNumbered } from '../io/numbered.ts'
import { printYaml } from '../io/yaml.ts'

const Landed = v.object({
  /** `main` */
  into: v.string(),
  /** The commit that it became there, and the one that was there before. */
  commit: v.string(),
  onto: v.string(),
  branch: v.string(),
  /** The newest commit of the task's branch that is in it. */
  head: v.string(),
  at: v.string(),
})
export type Landed = v.InferOutput<typeof Landed>

const SUFFIX = '.landed'

export const landedIn = (folder: string): Landed[] =>
  namesIn(folder).flatMap((name) =>
    name.endsWith(SUFFIX) ? (readChecked(Landed, join(folder, name), 'not a record of a landing') ?? []) : [],
  )

/** Once for each commit: a landing that was killed is recorded by whoever ends it. */
export function recordLanded(folder: string, landed: Landed): void {
  if (!landedIn(folder).some(({ commit }) => commit === landed.commit))
    publishNumbered(folder, SUFFIX, printYaml(landed))
}

/** `NNN.merged`: a commit of the user's branch that was merged into the task's, after a conflict. */
const Merged = v.object({ target: v.string() })
const MERGED = '.merged'

export const recordMerged = (folder: string, target: string): void =>
  void publishNumbered(folder, MERGED, printYaml({ target }))

/** The commits that were merged into the task's branch from the user's, newest last. */
export const mergedIn = (folder: string): string[] =>
  namesIn(folder).flatMap((name) =>
    name.endsWith(MERGED)
      ? (readChecked(Merged, join(folder, name), 'not a record of a merge')?.target ?? [])
      : [],
  )
