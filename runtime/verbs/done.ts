import { join } from 'node:path'
import { makeFolder } from '../io/folders.ts'
import { publish } from '../io/publishing.ts'
import { nothingMore } from './args.ts'
import type { Verb } from './verb.ts'
import { worker } from './worker.ts'

export const help = `dispatch done               (worker) says that the work is finished; recorded in ipc/.done

Example: dispatch done
`

export const run: Verb = async (argv, io) => {
  nothingMore(argv, help)
  const { paths, attempt } = worker(io)
  makeFolder(paths.ipc)
  publish(join(paths.ipc, '.done'), `${attempt}\n`)
  return 0
}
