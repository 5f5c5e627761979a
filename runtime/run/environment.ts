/**
 * Which programs and libraries an execution finds: as the user's session had it when it called `run`. Whoever hands in
 * could otherwise put a runner of its own before the project's (`PATH=… dispatch submit`). No other variable is kept:
 * there may be secrets in them.
 */
import * as v from 'valibot'
import { replace } from '../io/publishing.ts'
import { readFact } from './fact-file.ts'
import type { RunPaths } from './paths.ts'

const DECIDING = [
  ...['PATH', 'HOME', 'SHELL', 'LD_PRELOAD', 'LD_LIBRARY_PATH', 'DYLD_INSERT_LIBRARIES', 'DYLD_LIBRARY_PATH'],
  ...['NODE_PATH', 'NODE_EXTRA_CA_CERTS', 'npm_config_prefix', 'PYTHONPATH', 'PYTHONHOME', 'VIRTUAL_ENV'],
  ...[
    'GOROOT',
    'GOPATH',
    'GOBIN',
    'GOTOOLCHAIN',
    'GOENV',
    'JAVA_HOME',
    'RUBYLIB',
    'RUBYOPT',
    'PERL5LIB',
    'PERL5OPT',
  ],
]

const Recorded = v.record(v.string(), v.string())

/** Replaced by each `run`, which the user approved. */
export function recordEnvironment({ environment }: RunPaths, env: NodeJS.ProcessEnv): void {
  const kept = Object.fromEntries(
    DECIDING.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  )
  replace(environment, `${JSON.stringify(kept)}\n`, 0o600)
}

/** The caller's environment, but for what decides what is executed. */
export function executing({ environment }: RunPaths, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const recorded = readFact(Recorded, environment)
  if (recorded === undefined) return env
  const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !DECIDING.includes(name)))
  return { ...rest, ...recorded }
}
