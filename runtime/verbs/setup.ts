import { dirname, join, resolve } from 'node:path'
import { userHome } from '../config/home.ts'
import { misused, refused } from '../io/errors.ts'
import { makeFolder } from '../io/folders.ts'
import { removeAll } from '../io/handling.ts'
import { pluginRoot } from '../io/places.ts'
import { publish } from '../io/publishing.ts'
import { readIfThere } from '../io/reading.ts'
import { findRepository } from '../worktree/repository.ts'
import { nothingMore, parse, usageOf } from './args.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch setup continue [--project] [--remove]   makes a plain /continue go on with dispatch, or takes that back

Claude Code's own /continue (its /resume) is still there as /resume. --project: for this repository only.
Example: dispatch setup continue
`

/** How the file says that it is ours, so that only ours is removed. */
const OURS = '<!-- made by dispatch; remove it with: dispatch setup continue --remove -->'

/** The same text as the plugin's own command: a slash command's body cannot call another one. */
function alias(): string {
  const text = readIfThere(join(pluginRoot(), 'commands', 'continue.md')) ?? ''
  return text.replace(/^disable-model-invocation:.*\n/m, '').replace(/^(---\n[\s\S]*?\n---\n)/, `$1${OURS}\n`)
}

export const run: Verb = async (argv, { env, cwd, stdout }) => {
  const { values, positionals } = parse(
    argv,
    { project: { type: 'boolean' }, remove: { type: 'boolean' } },
    help,
  )
  const [what, ...more] = positionals
  if (what !== 'continue')
    throw misused({
      what: what === undefined ? 'what to set up is missing' : `nothing to set up is called ${what}`,
      next: usageOf(help),
    })
  nothingMore(more, help)
  const folder = values.project ? (findRepository(cwd)?.here ?? cwd) : userHome(env)
  const path = resolve(join(folder, '.claude', 'commands', 'continue.md'))
  const there = readIfThere(path)
  if (there !== undefined && !there.includes(OURS))
    throw refused({ what: 'a command of that name is there already, and it is not ours', where: path })
  if (values.remove) {
    if (there === undefined) throw refused({ what: 'there is nothing to remove', where: path })
    removeAll(path)
    stdout(`Removed ${path}; /continue is Claude Code's own again.\n`)
    return 0
  }
  makeFolder(dirname(path))
  if (there === undefined) publish(path, alias())
  stdout(
    `/continue now goes on with dispatch (${path}). Take it back: dispatch setup continue --remove${values.project ? ' --project' : ''}\n`,
  )
  return 0
}
