/**
 * Measures what the issue promises and prints one table: `npm run bench`, or `npm run bench -- <section> …`.
 * A missed target is printed, not an error: it exits with something other than 0 only when it could not measure.
 * BENCH_N is the number of repetitions where the sections' own is too many or too few.
 */
import { cpus, loadavg } from 'node:os'
import { type Row, table } from './table.ts'

const SECTIONS: Record<string, () => Promise<() => Row[] | Promise<Row[]>>> = {
  'start-up': async () => (await import('./start-up.ts')).startUp,
  latency: async () => (await import('./latency.ts')).latency,
  memory: async () => (await import('./memory.ts')).memory,
  start: async () => (await import('./start.ts')).start,
  backends: async () => (await import('./backends.ts')).backends,
  leftovers: async () => (await import('./leftovers.ts')).leftovers,
  bystanders: async () => (await import('./leftovers.ts')).bystanders,
  pipeline: async () => (await import('./pipeline.ts')).pipeline,
  context: async () => (await import('./context.ts')).context,
  'context-run': async () => (await import('./context-run.ts')).contextOfRun,
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in SECTIONS))
if (unknown.length > 0) {
  console.error(`no section ${unknown.join(', ')}; there are: ${Object.keys(SECTIONS).join(', ')}`)
  process.exit(64)
}

const load = () => loadavg()[0]?.toFixed(1)
const done: { name: string; rows: Row[] }[] = []
for (const [name, section] of Object.entries(SECTIONS)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  process.stderr.write(`${name} …\n`)
  const before = load()
  try {
    const rows = await (await section())()
    done.push({ name: `${name} (load ${before} to ${load()})`, rows })
  } catch (error) {
    done.push({ name: `${name}: could not be measured`, rows: [] })
    console.error(error)
    process.exitCode = 1
  }
}
console.log(`Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} processors`)
console.log(table(done))
