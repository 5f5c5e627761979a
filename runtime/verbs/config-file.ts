/** `config init` and `config migrate`: a file where there is none, and one of an older format in today's. */
import { installedClis } from '../backend/installed.ts'
import { loadConfig } from '../config/load.ts'
import { migrateConfig } from '../config/migrate.ts'
import { missing, refused } from '../io/errors.ts'
import type { Call } from './config-call.ts'
import { writeFirst } from './first-use.ts'

/** How long a CLI may think (ms) where nobody is in a hurry. */
const PATIENCE = 10_000

export async function init({ home, env }: Call): Promise<string> {
  const config = loadConfig(home)
  if (config.exists) throw there(config.path)
  const looked = await installedClis(config, { home, env, again: true, more: true, patience: PATIENCE })
  const problems = looked.filter(({ state }) => state !== 'works')
  const lines = problems.map(({ cli, problem }) => `${cli}: ${problem}\n`).join('')
  if (problems.length === looked.length)
    throw missing({
      what: 'no AI CLI works here, so nothing was written',
      next: `${lines.trimEnd().split('\n').slice(0, 2).join('; ')} (\`dispatch doctor\` shows all). \`--model demo\` works meanwhile.`,
    })
  const said = writeFirst(config, home, looked)
  if (said === undefined) throw there(config.path)
  return `${said.replace(/^f/, 'F')}\n${lines}`
}

const there = (path: string) =>
  refused({
    what: 'there is a configuration already, and it was left as it is',
    where: path,
    next: 'See it: dispatch config list. To begin anew, move it away first.',
  })

export async function migrate({ home, flags }: Call): Promise<string> {
  const dry = flags['dry-run'] === true
  const { says, text, backup } = await migrateConfig(home, { dry })
  if (says.length === 0) return 'Nothing to migrate: the configuration has today’s format.\n'
  const lines = says.map((sentence) => `${sentence}\n`).join('')
  return dry
    ? `Would be changed:\n${lines}\nThe file would read:\n\n${text}`
    : `Changed:\n${lines}The old file is ${backup}.\n`
}
