/** What the vendors' CLIs said of themselves when they were last run; kept in `cache/clis.json`, which may be deleted. */
import { join } from 'node:path'
import * as v from 'valibot'
import { keepCache, readCache } from '../io/cache.ts'
import { realPath, statIfThere } from '../io/stat.ts'

const Said = v.object({
  /** Changes when another program stands there. */
  stamp: v.string(),
  asked: v.number(),
  /** Whether login and models were asked for, too. */
  whole: v.boolean(),
  version: v.nullable(v.string()),
  logged_in: v.nullable(v.boolean()),
  models: v.nullable(v.array(v.string())),
})
/** A null was not asked for, or the CLI did not tell. */
export type CliFacts = v.InferOutput<typeof Said>
const Cache = v.record(v.string(), Said)

const fileIn = (home: string) => join(home, 'cache', 'clis.json')

export const readClis = (home: string): Record<string, CliFacts> => readCache(Cache, fileIn(home)) ?? {}

/** Two that write at once lose an answer, which is asked for again. */
export const keepClis = (home: string, said: Record<string, CliFacts>): void =>
  keepCache(fileIn(home), { ...readClis(home), ...said })

/** Tells this program from the one that was asked; undefined where there is none. */
export function stampOf(argv: readonly string[]): string | undefined {
  const stat = statIfThere(realPath(argv[0] ?? '') ?? '')
  return stat === undefined ? undefined : `${argv.join(' ')} ${stat.mtimeMs} ${stat.size}`
}

/** The models that each CLI listed when it was last asked, by its name. */
export const offersIn = (home: string): Map<string, string[]> =>
  new Map(
    Object.entries(readClis(home)).flatMap(([cli, { models }]) => (models === null ? [] : [[cli, models]])),
  )
