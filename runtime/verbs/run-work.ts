/** What a run does in the background, started by the run itself and not for people: `_suite` and `_commit`. */
import { dispatchHome } from '../config/home.ts'
import { commitRun } from '../run/apply-commit.ts'
import { suiteRun } from '../run/suite-run.ts'
import type { Verb, VerbIo } from './verb.ts'

/** `ROOT RUN TOP BATCH N`, then what is the verb's own. */
function workOf([root = '', name = '', top = '', key = '', n = '', ...rest]: string[], { env }: VerbIo) {
  const batch = key === 'final' ? key : Number(key)
  return { work: { root, name, top, home: dispatchHome(env), key: batch, n: Number(n), env } as const, rest }
}

/** … and the attempts whose work it sees. */
export const suite: Verb = async (argv, io) => {
  const { work, rest } = workOf(argv, io)
  await suiteRun({ ...work, after: rest })
  return 0
}

export const commit: Verb = async (argv, io) => {
  await commitRun(workOf(argv, io).work)
  return 0
}
