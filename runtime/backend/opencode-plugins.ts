/**
 * What a repository brings that opencode runs whatever it is told: a second reader of its settings (1.18.33) imports
 * plugins of the working directory even where project settings are switched off. Inside the mounts that is no more
 * than a test of the repository which the worker runs; without them nobody is started here.
 */
import { join } from 'node:path'
import { refused } from '../io/errors.ts'
import { namesIn } from '../io/folders.ts'
import { readIfThere } from '../io/reading.ts'
import { realPath, statIfThere } from '../io/stat.ts'

const SETTINGS = ['opencode.json', 'opencode.jsonc', '.opencode/opencode.json', '.opencode/opencode.jsonc']
const FOLDERS = ['.opencode/plugin', '.opencode/plugins']

/** Relative to the working directory. A setting that is spelled with escapes counts as one. */
function pluginsOf(cwd: string): string[] {
  const text = (name: string) => {
    const path = realPath(join(cwd, name))
    return path === undefined || !statIfThere(path)?.isFile() ? '' : (readIfThere(path) ?? '')
  }
  const settings = SETTINGS.filter((name) => /"plugins?"|\\u/i.test(text(name)))
  const files = FOLDERS.flatMap((folder) =>
    namesIn(join(cwd, folder)).flatMap((name) => (/\.[jt]s$/.test(name) ? [`${folder}/${name}`] : [])),
  )
  return [...settings, ...files]
}

/** @throws exit 1 where there is one */
export function refusePlugins(cwd: string): void {
  const [first, ...more] = pluginsOf(cwd)
  if (first === undefined) return
  throw refused({
    what: `this repository has a plugin of its own for opencode, which would run without any containment${more.length === 0 ? '' : ` (and ${more.length} more)`}`,
    where: join(cwd, first),
    next: 'Use the profile edit with bubblewrap installed (see: dispatch doctor), or another backend.',
  })
}
