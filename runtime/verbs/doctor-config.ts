/** What `doctor` says of the configuration: whether it can be read, and what in it leads nowhere. */
import { type Config, loadConfig } from '../config/load.ts'
import { isGroupWritable } from '../config/own.ts'
import { lookUp } from '../config/resolve.ts'
import { DispatchError } from '../io/errors.ts'

interface ConfigFinding {
  what: 'config'
  ok: boolean
  detail: string
}

/** `config` is undefined for a file that cannot be read. */
export function configFinding(home: string): { config: Config | undefined; finding: ConfigFinding } {
  try {
    const config = loadConfig(home)
    return { config, finding: { what: 'config', ...judged(config) } }
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
    const detail = error.message.replaceAll('\n', '; ')
    return { config: undefined, finding: { what: 'config', ok: false, detail } }
  }
}

function judged(config: Config): Omit<ConfigFinding, 'what'> {
  const { path, exists, old } = config
  if (!exists) return { ok: true, detail: `none; the first start writes one (${path})` }
  const problems = [
    ...(isGroupWritable(path)
      ? [`its group may write it, and so choose what is run: chmod g-w '${path}'`]
      : []),
    ...nowhere(config),
  ]
  const older = old.length > 0 ? ['of an older format: dispatch config migrate'] : []
  return { ok: problems.length === 0, detail: [path, ...older, ...problems].join('; ') }
}

/** Names that stand for no model. */
function nowhere(config: Config): string[] {
  const isKnown = (word: string) => lookUp(config, word) !== undefined
  const lost = (place: string, word: string) =>
    isKnown(word) ? [] : [`${place} names ${word}, which is no model`]
  return [
    ...(config.default === undefined ? [] : lost('default', config.default)),
    ...[...config.aliases].flatMap(([name, { model }]) =>
      isKnown(name) ? [] : lost(`aliases.${name}`, model),
    ),
    ...[...config.models].flatMap(([name, { fallback }]) =>
      fallback.flatMap((word) => lost(`models.${name}.fallback`, word)),
    ),
  ]
}
