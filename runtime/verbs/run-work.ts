/** What a run does in the background, started by the run itself and not for people: `_suite`, `_commit`, `_verify`. */
import { dispatchHome } from '../config/home.ts'
import { commitRun } from '../run/apply-commit.ts'
import { readRun } from '../run/read.ts'
import { suiteRun } from '../run/suite-run.ts'
import { verifySubmission } from '../run/verify.ts'
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

/** `ROOT RUN TOP ATTEMPT NUMBER` */
export const verify: Verb = async ([root = '', run = '', top = '', id = '', n = ''], { env }) => {
  const facts = () => readRun({ root, name: run, top, home: dispatchHome(env) })
  await verifySubmission({ root, run, id, n: Number(n), top, env, facts })
  return 0
}
