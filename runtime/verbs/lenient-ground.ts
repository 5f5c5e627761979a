/** What reading verbs and hooks stand on: a configuration that cannot be read hides nothing from them. */
import type { Ground } from '../attempt/ground.ts'
import { dispatchHome } from '../config/home.ts'
import { type Config, loadConfig, parseConfig } from '../config/load.ts'
import { DispatchError } from '../io/errors.ts'
import type { VerbIo } from './verb.ts'

export function lenientGround({ env }: Pick<VerbIo, 'env'>, root: string): Ground {
  const home = dispatchHome(env)
  return { env, home, root, config: config(home) }
}

function config(home: string): Config {
  try {
    return loadConfig(home)
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
    return { ...parseConfig('', 'config.yaml'), path: 'config.yaml', exists: false }
  }
}
