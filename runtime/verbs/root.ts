import { dispatchHome } from '../config/home.ts'
import { statIfThere } from '../io/stat.ts'
import { checkFormat, isRegistered, rootFor } from '../task/root.ts'
import type { VerbIo } from './verb.ts'

/** For verbs that only read: the root as it is, with a word on stderr where it was not created here. */
export function readingRoot({ env, cwd, stderr }: VerbIo): string {
  const root = rootFor(env, cwd)
  checkFormat(root)
  if (
    env.DISPATCH_TASK === undefined &&
    statIfThere(root) !== undefined &&
    !isRegistered(dispatchHome(env), root)
  )
    stderr(`This state was not created here (${root}); it is shown, and nothing in it is run.\n`)
  return root
}
