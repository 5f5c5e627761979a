/** `models`: every name that can be said for a model, and whether it would run here. */
import { parseArgs } from 'node:util'
import { coolingOf } from '../attempt/cool.ts'
import { installedClis } from '../backend/installed.ts'
import { type CliFacts, readClis } from '../config/clis.ts'
import { dispatchHome } from '../config/home.ts'
import { type ModelRow, modelRows } from '../config/list.ts'
import { type Config, loadConfig } from '../config/load.ts'
import { lookUp } from '../config/resolve.ts'
import { errorCode, misused } from '../io/errors.ts'
import { findProgram } from '../io/which.ts'
import { usageOf } from './args.ts'
import type { Verb, VerbIo } from './verb.ts'

export const help = `dispatch models [--json] [--fresh]   the models that a task can be given, and which of them would run here

With backend, the id that the CLI hears, and whether it would run. * marks the default. Below: what else the CLIs offer,
as they said at most a day ago; --fresh asks them again.

Example: dispatch models --json
`

/** How long a CLI may think (ms); opencode and gemini need seconds. */
const PATIENCE = 10_000
/** So many names of a CLI are shown; --json has all. */
const SHOWN = 8

export const run: Verb = async (argv, io) => {
  const flags = parsed(argv)
  if (flags.help) {
    io.stdout(help)
    return 0
  }
  const home = dispatchHome(io.env)
  const config = loadConfig(home)
  const clis = await said(config, home, io, flags.fresh === true)
  const now = Date.now()
  const rows = modelRows(config, (program) => findProgram(program, io.env) !== undefined).map((row) => {
    const choice = lookUp(config, row.name)
    const cooling = choice && coolingOf(home, choice, now)
    const cli = clis[choice?.backend ?? '']
    return {
      ...row,
      // A program that is there and does not run would not run a task either.
      installed: row.installed && cli?.works !== false,
      version: cli?.version ?? null,
      logged_in: cli?.logged_in ?? null,
      cooling: cooling === undefined ? null : { class: cooling.class, until: cooling.until },
    }
  })
  const offers = Object.fromEntries(
    Object.entries(clis).flatMap(([cli, { models }]) => (models === null ? [] : [[cli, models]])),
  )
  io.stdout(
    flags.json
      ? `${JSON.stringify({ models: rows, offers }, null, 2)}\n`
      : `${table(rows)}${offerLines(offers)}`,
  )
  return 0
}

interface Said extends Pick<CliFacts, 'version' | 'logged_in' | 'models'> {
  works: boolean
}

/** A worker runs nothing for this: it sees what was said before. */
async function said(
  config: Config,
  home: string,
  { env }: VerbIo,
  fresh: boolean,
): Promise<Record<string, Said>> {
  if (env.DISPATCH_TASK !== undefined)
    return Object.fromEntries(
      Object.entries(readClis(home)).map(([cli, facts]) => [cli, { ...facts, works: true }]),
    )
  const looked = await installedClis(config, { home, env, again: fresh, more: true, patience: PATIENCE })
  return Object.fromEntries(
    looked.map(({ cli, state, version, loggedIn, models }) => [
      cli,
      {
        works: state === 'works' || state === 'silent',
        version: version ?? null,
        logged_in: loggedIn ?? null,
        models: models === undefined ? null : [...models],
      },
    ]),
  )
}

function offerLines(offers: Record<string, readonly string[]>): string {
  return Object.entries(offers)
    .filter(([, models]) => models.length > 0)
    .map(([cli, models]) => {
      const more = models.length - SHOWN
      return `${cli} offers ${models.slice(0, SHOWN).join(', ')}${more > 0 ? ` and ${more} more (--json)` : ''}\n`
    })
    .join('')
}

function parsed(argv: string[]) {
  try {
    const options = {
      json: { type: 'boolean' },
      fresh: { type: 'boolean' },
      help: { type: 'boolean' },
    } as const
    return parseArgs({ args: argv, options, allowPositionals: false }).values
  } catch (error) {
    if (errorCode(error)?.startsWith('ERR_PARSE_ARGS') !== true || !(error instanceof Error)) throw error
    throw misused({ what: error.message, next: usageOf(help) })
  }
}

interface Row extends ModelRow {
  version: string | null
  logged_in: boolean | null
  cooling: { class: string; until: string } | null
}

function table(rows: Row[]): string {
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

function readiness({ backend, program, installed, version, logged_in, cooling }: Row): string {
  if (backend === null) return 'its model is not there'
  if (program === null) return 'nothing to install'
  if (!installed) return `not installed (${program})`
  return [
    'installed',
    ...(version === null ? [] : [version]),
    ...(logged_in === false ? ['not logged in'] : []),
    ...(cooling === null ? [] : [`${cooling.class}, better not before ${cooling.until}`]),
  ].join(', ')
}
