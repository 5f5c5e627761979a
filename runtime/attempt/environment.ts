/**
 * The environment of a worker. What Claude Code gives to its own shell is not passed on (a nested client would
 * take itself for a child of the session), nor is the identity of the attempt that happens to launch this one.
 */
import { delimiter } from 'node:path'

/** Set by Claude Code for its Bash tool (measured on 2.1.329 and 2.1.197), by other CLIs for theirs, and by us. */
const NOT_PASSED_ON = [
  'CLAUDECODE', 'CLAUDE_CODE_CHILD_SESSION', 'CLAUDE_CODE_SESSION_ID', 'CLAUDE_CODE_ENTRYPOINT', 'CLAUDE_CODE_EXECPATH',
  'CLAUDE_CODE_MESSAGING_SOCKET', 'CLAUDE_CODE_MESSAGING_TOKEN', 'CLAUDE_CODE_CHILD_NOTES_DIR', 'CLAUDE_CODE_SESSION_ATTENDED',
  'CLAUDE_PID', 'CLAUDE_EFFORT', 'CLAUDE_ENV_FILE', 'CLAUDE_PROJECT_DIR', 'CLAUDE_PLUGIN_ROOT', 'CLAUDE_PLUGIN_DATA',
  'AI_AGENT', 'GIT_EDITOR', 'CODEX_THREAD_ID', 'CODEX_SESSION_ID', 'CODEX_CI', 'OPENCODE', 'OPENCODE_PID', 'AGENT', 'GEMINI_CLI',
  'GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_COMMON_DIR', 'GIT_PREFIX', 'TMUX', 'TMUX_PANE', 'STY', 'OLDPWD', 'PWD', 'SHLVL', '_',
] // biome-ignore format: a list of names

export function cleanEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const dropped = (name: string) =>
    NOT_PASSED_ON.includes(name) ||
    (name.startsWith('DISPATCH_') && name !== 'DISPATCH_HOME' && name !== 'DISPATCH_DEV')
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || dropped(name) ? [] : [[name, value]],
    ),
  )
}

/**
 * The environment of a supervisor. What only the worker is to see travels as `DISPATCH_ENV_<name>`, so that the
 * supervisor itself, and what it starts when the worker has ended, carry neither the marker nor the identity.
 */
export function supervisorEnvironment(
  base: Record<string, string>,
  own: Record<string, string>,
  worker: Record<string, string>,
): Record<string, string> {
  const names = Object.keys(worker).filter((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
  const carried = Object.fromEntries(names.map((name) => [`DISPATCH_ENV_${name}`, worker[name] ?? '']))
  return { ...base, ...own, ...carried, DISPATCH_ENV: names.join(' ') }
}

/** `folder` first on the PATH. */
export const onPath = (folder: string, path: string | undefined) =>
  path ? `${folder}${delimiter}${path}` : folder
