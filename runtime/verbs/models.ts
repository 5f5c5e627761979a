/** `models`: every name that can be said for a model, and whether it would run here. */
import { parseArgs } from 'node:util'
import { dispatchHome } from '../config/home.ts'
import { type ModelRow, modelRows } from '../config/list.ts'
import { loadConfig } from '../config/load.ts'
import { errorCode, misused } from '../io/errors.ts'
import { findProgram } from '../io/which.ts'
import { usageOf } from './args.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch models [--json]   the models that a task can be given, and which of them would run here

With backend, the id that the CLI hears, and whether its program is installed. * marks the default.

Example: dispatch models --json
`

export const run: Verb = async (argv, io) => {
  const flags = parsed(argv)
  if (flags.help) {
    io.stdout(help)
    return 0
  }
  const config = loadConfig(dispatchHome(io.env))
  const rows = modelRows(config, (program) => findProgram(program, io.env) !== undefined)
  io.stdout(flags.json ? `${JSON.stringify({ models: rows }, null, 2)}\n` : table(rows))
  return 0
}

function parsed(argv: string[]) {
  try {
    const options = { json: { type: 'boolean' }, help: { type: 'boolean' } } as const
    return parseArgs({ args: argv, options, allowPositionals: false }).values
  } catch (error) {
    if (errorCode(error)?.startsWith('ERR_PARSE_ARGS') !== true || !(error instanceof Error)) throw error
    throw misused({ what: error.message, next: usageOf(help) })
  }
}

function table(rows: ModelRow[]): string {
  const cells = rows.map((row) => [
    `${row.default ? '*' : ' '} ${row.name}`,
    row.backend ?? '?',
    row.id ?? '-',
    readiness(row),
  ])
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((cell) => cell[column]?.length ?? 0)))
  return cells
    .map((cell) => `${cell.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('')
}

function readiness({ backend, program, installed }: ModelRow): string {
  if (backend === null) return 'its model is not there'
  if (program === null) return 'nothing to install'
  return installed ? 'installed' : `not installed (${program})`
}
