/** Where the specs of a repository lie: specs/active/<name>/, and which one is meant. */
import { basename, isAbsolute, join, resolve } from 'node:path'
import { refused } from '../io/errors.ts'
import { namesIn } from '../io/folders.ts'
import { statIfThere } from '../io/stat.ts'
import { readTasks } from './tasks.ts'

export interface Spec {
  name: string
  folder: string
}

export const documentsOf = ({ folder }: Spec) => ({
  spec: join(folder, 'spec.md'),
  tasks: join(folder, 'tasks.yaml'),
  dependencies: join(folder, 'dependencies.yaml'),
  validation: join(folder, 'validation.yaml'),
  review: join(folder, 'review.yaml'),
  checkpoint: join(folder, 'checkpoint.yaml'),
})

/**
 * @param top the repository's top level; @param word a spec's name or folder, undefined: the newest active one, by the
 *   date that its tasks.yaml gives, else by when that was changed
 * @throws exit 1 where there is none
 */
export function findSpec(top: string, word: string | undefined, cwd = top): Spec {
  const active = join(top, 'specs', 'active')
  if (word !== undefined) return named(active, word, cwd)
  const [newest] = namesIn(active)
    .map((name) => ({ name, folder: join(active, name) }))
    .flatMap((spec) => {
      const stat = statIfThere(documentsOf(spec).tasks)
      return stat === undefined ? [] : [{ spec, changed: stat.mtimeMs }]
    })
    .map(({ spec, changed }) => ({
      spec,
      at: Date.parse(readTasks(documentsOf(spec).tasks).updated ?? '') || changed,
    }))
    .sort((a, b) => b.at - a.at || a.spec.name.localeCompare(b.spec.name))
  if (newest !== undefined) return newest.spec
  throw refused({
    what: 'there is no active spec',
    where: active,
    expected: 'a folder with a tasks.yaml',
    next: 'Create a spec there, or name one: dispatch run specs/active/<name>',
  })
}

function named(active: string, word: string, cwd: string): Spec {
  const isName = !isAbsolute(word) && basename(word) === word && statIfThere(join(active, word)) !== undefined
  const folder = isName ? join(active, word) : resolve(cwd, word)
  if (statIfThere(join(folder, 'tasks.yaml')) !== undefined) return { name: basename(folder), folder }
  throw refused({
    what: `there is no spec ${word}`,
    where: folder,
    expected: 'a folder with a tasks.yaml',
    found: namesIn(active).length === 0 ? undefined : `active: ${namesIn(active).join(', ')}`,
  })
}
