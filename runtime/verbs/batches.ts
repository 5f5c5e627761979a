import { batchesOf } from '../spec/batches.ts'
import { readDependencies } from '../spec/dependencies.ts'
import { readTasks } from '../spec/tasks.ts'
import { nothingMore, parse } from './args.ts'
import { specFor } from './spec.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch batches [spec] [--run NAME] [--json]   the open tasks of a spec, in the batches in which they are carried out

Without a name: the newest active spec. Batches of dependencies.yaml are verified, else they are computed.
Example: dispatch batches specs/active/cache
`

export const run: Verb = (argv, io) => {
  const { values, positionals } = parse(argv, { json: { type: 'boolean' }, run: { type: 'string' } }, help)
  nothingMore(positionals.slice(1), help)
  const { name, documents } = specFor(positionals[0] ?? values.run, io)
  const tasks = readTasks(documents.tasks)
  const dependencies = readDependencies(documents.dependencies)
  const { source, batches } = batchesOf(
    tasks,
    dependencies,
    dependencies === undefined ? documents.tasks : documents.dependencies,
  )
  if (values.json) {
    const shown = batches.map(({ number, tasks, phase }) => ({
      batch: number,
      tasks,
      parallel: tasks.length > 1,
      phase: phase ?? null,
    }))
    io.stdout(`${JSON.stringify({ spec: name, source, batches: shown })}\n`)
    return Promise.resolve(0)
  }
  const lines = batches.map(
    ({ number, tasks, phase }) =>
      `${String(number).padStart(String(batches.length).length)}  ${tasks.join(', ')}${tasks.length > 1 ? '  (in parallel)' : ''}${phase === undefined ? '' : `  — ${phase}`}\n`,
  )
  io.stdout(
    batches.length === 0 ? `${name}: every task is completed.\n` : `${name}, ${source}:\n${lines.join('')}`,
  )
  return Promise.resolve(0)
}
