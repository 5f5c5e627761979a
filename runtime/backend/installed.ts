/**
 * The vendors' CLIs on this machine: which are there, which work, and what they say of themselves without a model
 * call. Asked in parallel; what was said is believed for a while, as long as the same program stands there.
 */
import { type CliFacts, keepClis, readClis, stampOf } from '../config/clis.ts'
import { VENDOR_CLIS, type VendorCli } from '../config/known.ts'
import type { ModelChoice } from '../config/model.ts'
import { type Named, resolveModel } from '../config/resolve.ts'
import type { Backend } from './backend.ts'
import { commandOf, type Detected, detect, works } from './detect.ts'
import { backendNamed } from './registry.ts'

/** How long an answer is believed (ms). */
const FRESH = 24 * 3_600_000
/** How long a CLI may think (ms) where somebody waits for the answer. */
const PATIENCE = 2000

export interface Installed extends Detected {
  cli: VendorCli
  backend: Backend
  model: ModelChoice
  /** Undefined: it cannot be told, or was not asked for. */
  loggedIn: boolean | undefined
  models: readonly string[] | undefined
}

interface Wish {
  home: string
  env: NodeJS.ProcessEnv
  /** Ask again whatever was said before. */
  again?: boolean
  /** Ask for the login and the models, too; some take seconds for that. */
  more?: boolean
  patience?: number
  only?: readonly VendorCli[]
  now?: () => number
  backendFor?: typeof backendNamed
}

/** Those that dispatch can start, in the order in which they are proposed; missing ones as such. */
export async function installedClis(config: Named, wish: Wish): Promise<Installed[]> {
  const { backendFor = backendNamed } = wish
  const said = readClis(wish.home)
  const looked = await Promise.all(
    (wish.only ?? VENDOR_CLIS).flatMap((cli) => {
      const backend = backendFor(cli)
      return backend === undefined ? [] : [look(cli, backend, own(config, cli), said[cli], wish)]
    }),
  )
  const news = looked.flatMap(({ cli, news }) => (news === undefined ? [] : [[cli, news] as const]))
  if (news.length > 0) keepClis(wish.home, Object.fromEntries(news))
  return looked.map(({ news: _, ...installed }) => installed)
}

/** The CLI itself, with what the user configured for it, whatever models and aliases are called like it. */
function own({ backends, limits }: Named, cli: VendorCli): ModelChoice {
  const none = { default: undefined, models: new Map(), aliases: new Map() }
  return resolveModel({ ...none, backends, limits }, cli, () => true)
}

async function look(
  cli: VendorCli,
  backend: Backend,
  model: ModelChoice,
  said: CliFacts | undefined,
  { env, again = false, more = false, patience = PATIENCE, now = Date.now }: Wish,
): Promise<Installed & { news?: CliFacts }> {
  const worker = { ...env, ...model.env }
  const argv = commandOf(backend, model, worker)
  const stamp = argv && stampOf(argv)
  const age = now() - (said?.asked ?? 0)
  const known = { cli, backend, model }
  if (
    argv !== undefined &&
    said?.stamp === stamp &&
    age >= 0 &&
    age < FRESH &&
    !again &&
    (said?.whole || !more)
  )
    return { ...known, ...works(argv, said?.version ?? undefined), ...toldBy(said) }
  const detected = await detect(backend, argv, worker, patience)
  if (detected.state !== 'works' || stamp === undefined)
    return { ...known, ...detected, loggedIn: undefined, models: undefined }
  const [loggedIn, models] = more
    ? await Promise.all([
        backend.ask?.loggedIn?.(detected.argv, worker),
        backend.ask?.models?.(detected.argv, worker),
      ])
    : []
  const news: CliFacts = {
    stamp,
    asked: now(),
    whole: more && (models !== undefined || backend.ask?.models === undefined),
    version: detected.version ?? null,
    logged_in: loggedIn ?? null,
    // What was listed once helps to guess what somebody means.
    models: models ?? said?.models ?? null,
  }
  return { ...known, ...detected, ...toldBy(news), news }
}

const toldBy = (said: CliFacts | undefined) => ({
  loggedIn: said?.logged_in ?? undefined,
  models: said?.models ?? undefined,
})
