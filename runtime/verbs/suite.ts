/** `_suite ROOT RUN TOP BATCH N [ATTEMPT…]`: executes a suite in the background of a run; started by the run, not for people. */
import { dispatchHome } from '../config/home.ts'
import { suiteRun } from '../run/suite-run.ts'
import type { Verb } from './verb.ts'

export const run: Verb = async ([root = '', name = '', top = '', key = '', n = '', ...after], { env }) => {
  const batch = key === 'final' ? key : Number(key)
  await suiteRun({ root, name, top, home: dispatchHome(env), key: batch, n: Number(n), after, env })
  return 0
}
