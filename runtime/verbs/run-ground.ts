/** What a run's verb that writes or executes stands on. */
import { dispatchHome } from '../config/home.ts'
import { statIfThere } from '../io/stat.ts'
import type { RunFacts } from '../run/facts.ts'
import { readRun } from '../run/read.ts'
import { checkFormat, foreign, isRegistered, rootFor } from '../task/root.ts'
import { type RunHere, runFor } from './run-for.ts'
import type { VerbIo } from './verb.ts'

export interface RunGround extends RunHere {
  /** The user's home of dispatch. */
  home: string
  /** Read anew at each call. */
  facts: () => RunFacts
}

/** @throws exit 1 in a state that was not created here: nothing in it is executed */
export function runGround(io: VerbIo, name: string | undefined): RunGround {
  const home = dispatchHome(io.env)
  const root = rootFor(io.env, io.cwd)
  checkFormat(root)
  if (statIfThere(root) !== undefined && !isRegistered(home, root)) throw foreign(root)
  const here = runFor(io, name, root)
  return { ...here, home, facts: () => readRun({ root, name: here.name, top: here.top, home }) }
}
