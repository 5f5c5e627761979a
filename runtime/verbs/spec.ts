/** What the verbs about a spec have in common: which one is meant, and its documents. */
import { refused } from '../io/errors.ts'
import { documentsOf, findSpec, type Spec } from '../spec/find.ts'
import { findRepository } from '../worktree/repository.ts'
import type { VerbIo } from './verb.ts'

export function specFor(
  word: string | undefined,
  { cwd }: VerbIo,
): Spec & { documents: ReturnType<typeof documentsOf> } {
  const repository = findRepository(cwd)
  if (repository === undefined)
    throw refused({ what: 'a spec lives in a git repository, and this is none', where: cwd })
  const spec = findSpec(repository.here, word, cwd)
  return { ...spec, documents: documentsOf(spec) }
}
