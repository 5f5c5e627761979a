/**
 * What happened since the lead was last told: rounds of review, commits. It may have happened while somebody else handed
 * in, so it is told by the next call that the lead makes, once; marked after it was printed, so that nothing is lost.
 */

import { join } from 'node:path'
import { makeFolder, namesIn } from '../io/folders.ts'
import { askGit } from '../io/git.ts'
import { publish } from '../io/publishing.ts'
import type { BatchFacts, RunFacts } from './facts.ts'
import type { RunPaths } from './paths.ts'
import { roundText } from './review/text.ts'

export interface News {
  lines: string[]
  /** To be called once the lines are printed. */
  told(): void
}

/** Batches that are looked at: the open one, and what was open before it. */
const NEWEST = 2

export function newsOf(facts: RunFacts, paths: RunPaths, top: string): News {
  const begun = facts.batches.filter(({ base }) => base !== undefined).slice(-NEWEST)
  const fresh = begun.flatMap((batch) => {
    const folder = join(paths.batch(batch.key).folder, 'told')
    const known = new Set(namesIn(folder))
    return items(facts, batch, top)
      .filter(({ name }) => !known.has(name))
      .map((item) => ({ ...item, folder }))
  })
  return {
    lines: fresh.flatMap(({ lines }) => lines()),
    told() {
      for (const { folder, name } of fresh) {
        makeFolder(folder)
        publish(join(folder, name), '')
      }
    },
  }
}

function items({ plan }: RunFacts, { key, rounds, tries, commit }: BatchFacts, top: string) {
  const notes = tries.filter(({ result, reasons }) => result === 'committed' && reasons.length > 0)
  return [
    ...rounds.map((round, n) => ({
      name: `round-${round.n}`,
      lines: () => roundText(round, key, rounds[n - 1]),
    })),
    ...notes.map(({ n, reasons }) => ({ name: `try-${n}`, lines: () => reasons })),
    ...(commit === undefined
      ? []
      : [{ name: 'commit', lines: () => [committed(key, plan.batches.length, commit, top)] }]),
  ]
}

const committed = (key: BatchFacts['key'], total: number, commit: string, top: string) =>
  `${key === 'final' ? 'The final review' : `Batch ${key}/${total}`} is committed: ${askGit(top, ['log', '-1', '--format=%h %s', commit]) ?? commit}`
