/** What opencode says of itself without a model call. */
import { stripVTControlCharacters } from 'node:util'
import { userHome } from '../config/home.ts'
import { runCommand } from '../io/run.ts'

type Env = NodeJS.ProcessEnv

/** Whatever it is started for. */
export const QUIET = {
  // A repository's own settings start programs (plugins, MCP servers, agents' tools) and give rights.
  OPENCODE_DISABLE_PROJECT_CONFIG: '1',
  // Nothing is fetched beside what the work needs.
  OPENCODE_DISABLE_AUTOUPDATE: '1',
  OPENCODE_DISABLE_MODELS_FETCH: '1',
  OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
}

/** Its first start of a day makes a database. */
const PATIENCE = 20_000

/** At home: a repository's settings have no say in this. */
const ask = (argv: readonly string[], words: string[], env: Env) =>
  runCommand([...argv, ...words], {
    cwd: userHome(env),
    env: { ...env, ...QUIET },
    timeout: PATIENCE,
  })

/** One `provider/model` a line; some have more slashes. */
export async function modelsOf(argv: readonly string[], env: Env): Promise<string[] | undefined> {
  const { ok, stdout } = await ask(argv, ['models'], env)
  if (!ok) return undefined
  const models = stdout.split('\n').filter((line) => /^[^\s/]+\/\S+$/.test(line))
  return models.length === 0 ? undefined : models
}

/** Its own free models need no login. */
const isFree = (model: string) => model.startsWith('opencode/')

/**
 * It counts credentials and keys in the environment for a person to read. A key in its settings it does not count, but
 * offers the models: who has none at all has only the free ones.
 */
export async function loggedIn(argv: readonly string[], env: Env): Promise<boolean | undefined> {
  const { ok, stdout } = await ask(argv, ['auth', 'list'], env)
  const counts = [
    ...stripVTControlCharacters(stdout).matchAll(/^\W*(\d+) (credential|environment variable)/gm),
  ]
  if (!ok || counts.length === 0) return undefined
  if (counts.some(([, count]) => Number(count) > 0)) return true
  const models = await modelsOf(argv, env)
  return models === undefined ? undefined : models.some((model) => !isFree(model))
}
