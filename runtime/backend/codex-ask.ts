/** What Codex can be asked without a model call. */
import { join } from 'node:path'
import * as v from 'valibot'
import { userHome } from '../config/home.ts'
import { readIfThere } from '../io/reading.ts'
import { runCommand } from '../io/run.ts'
import { codexHome } from './codex-offer.ts'

const Catalog = v.object({
  models: v.array(v.object({ slug: v.string(), visibility: v.optional(v.string()) })),
})

/** What it lists itself; those it hides are for its own use. */
export async function models(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<string[] | undefined> {
  const { ok, stdout } = await ask(argv, ['debug', 'models'], env)
  if (!ok) return undefined
  try {
    const parsed = v.safeParse(Catalog, JSON.parse(stdout))
    return parsed.success
      ? parsed.output.models.filter(({ visibility }) => visibility !== 'hide').map(({ slug }) => slug)
      : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** A key in the environment and a provider of the user's own need no login. */
export async function loggedIn(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<boolean | undefined> {
  if (env.CODEX_API_KEY) return true
  const { code, stdout, stderr } = await ask(argv, ['login', 'status'], env)
  if (code === 0) return true
  if (code !== 1 || !/not logged in/i.test(stdout + stderr)) return undefined
  const own = /^\s*(model_provider|oss_provider)\s*=/m
  const named = argv.some((word) => own.test(word) || word === '--oss')
  return named || own.test(readIfThere(join(codexHome(env), 'config.toml')) ?? '') ? undefined : false
}

const ask = (argv: readonly string[], words: string[], env: NodeJS.ProcessEnv) =>
  // At home, since the settings of a repository are none of its business here.
  runCommand([...argv, ...words], { cwd: userHome(env), env, timeout: 10_000 })
