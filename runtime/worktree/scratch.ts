/** For the tests of this room: real repositories in a temporary folder whose name has a space and an umlaut. */
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { makeFolder, namesIn } from '../io/folders.ts'
import { git } from '../io/git.ts'
import { removeAll } from '../io/handling.ts'
import { runLogged } from '../io/logged.ts'
import { replace } from '../io/publishing.ts'
import { randomName } from '../io/random.ts'
import { realPath } from '../io/stat.ts'
import type { WorktreeRequest } from './create.ts'
import { findRepository, type Repository } from './repository.ts'

export interface Scratch {
  folder: string
  /** Writes a file relative to the folder. */
  write(path: string, text: string | Uint8Array): string
  /** Runs git in `where` (relative to the folder); a refusal is thrown with git's words. */
  git(where: string, ...args: string[]): Promise<string>
  /** A repository with one commit that holds `a.txt`. */
  repository(name: string): Promise<Repository>
  request(repository: Repository, more?: Partial<WorktreeRequest>): WorktreeRequest
  shell(where: string, script: string): Promise<void>
  remove(): void
}

export function scratch(): Scratch {
  const made = join(tmpdir(), `dispatch wörk ${randomName()}`)
  makeFolder(made)
  const folder = realPath(made) ?? made
  const at = (path: string) => join(folder, path)
  const write = (path: string, text: string | Uint8Array) => {
    makeFolder(dirname(at(path)))
    replace(at(path), text)
    return at(path)
  }
  // The machine's own settings stay out, and this process' environment is the only place that says so.
  process.env.GIT_CONFIG_NOSYSTEM = '1'
  process.env.GIT_CONFIG_GLOBAL = write(
    'gitconfig',
    '[user]\n name = T\n email = t@example.com\n[init]\n defaultBranch = main\n[protocol "file"]\n allow = always\n',
  )
  const run = async (where: string, ...args: string[]) => {
    const { ok, stdout, stderr } = await git(at(where), args)
    if (!ok) throw new Error(`git ${args.join(' ')}: ${stderr}`)
    return stdout
  }
  return {
    folder,
    write,
    git: run,
    async repository(name) {
      write(`${name}/a.txt`, 'one\n')
      await run(name, 'init', '--quiet')
      await run(name, 'add', '.')
      await run(name, 'commit', '--quiet', '-m', 'first')
      return found(at(name))
    },
    request: (repository, more = {}) => ({
      repository,
      id: 'audit',
      base: undefined,
      home: at('home'),
      root: join(repository.top, '.dispatch'),
      include: false,
      ...more,
    }),
    async shell(where, script) {
      const { code } = await runLogged(['sh', '-ec', script], {
        cwd: at(where),
        env: process.env,
        log: at('log'),
      })
      if (code !== 0) throw new Error(`${script}: ${namesIn(folder).join(' ')}`)
    },
    remove: () => removeAll(folder),
  }
}

export function found(path: string): Repository {
  const repository = findRepository(path)
  if (repository === undefined) throw new Error(`no repository at ${path}`)
  return repository
}
