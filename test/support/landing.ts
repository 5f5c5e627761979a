/** A world for landing: workers do in their worktrees what the test says, and the user's branch holds a few files. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { until } from './until.ts'
import { type World, world } from './world.ts'

/** Each task runs `$WORLD/do.<id>`, in its own folder, and is done. */
const DOES = `cat >/dev/null
. "$WORLD/do.$DISPATCH_TASK"
dispatch tick 1 >/dev/null
exit 0`

export interface LandingWorld extends World {
  /** Starts a task that does this, and waits for its end. */
  done(id: string, script: string, flags?: string[]): Promise<void>
  /** The worktree of a task. */
  tree(id: string): Promise<string>
  /** A file of the user's tree, or of a worktree. */
  put(path: string, text: string): void
  text(path: string): string
  commitAll(message: string): void
  head(): string
  /** Neither a note nor a lock nor a copy of an index is left, and the tree is what is committed. */
  untouched(): string[]
}

const LINES = Array.from({ length: 9 }, (_, i) => `line ${i + 1}\n`).join('')

export function landingWorld(): LandingWorld {
  const w = world()
  w.git('config', 'user.name', 'Test')
  w.git('config', 'user.email', 'test@example.com')
  w.worker('does', DOES)
  const at = (path: string) => (path.startsWith('/') ? path : join(w.repo, path))
  const put = (path: string, text: string) => {
    mkdirSync(dirname(at(path)), { recursive: true })
    writeFileSync(at(path), text)
  }
  const commitAll = (message: string) => {
    w.git('add', '--all')
    w.git('commit', '-q', '-m', message)
  }
  for (const name of ['a.txt', 'b.txt', 'dir/c.txt']) put(name, LINES)
  commitAll('Files')
  return Object.assign(w, {
    put,
    commitAll,
    async done(id: string, script: string, flags: string[] = []) {
      w.write(`do.${id}`, `${script}\n`)
      await w.start(id, 'does', ['One'], ['--worktree', ...flags])
      await until(async () => (await w.task(id)).state === 'done', `${id} does not get done`, 20_000)
    },
    tree: async (id: string) => (await w.task(id)).worktree ?? '',
    text: (path: string) => readFileSync(at(path), 'utf8'),
    head: () => w.git('rev-parse', 'HEAD').trim(),
    untouched: () => w.git('status', '--porcelain').split('\n').filter(Boolean),
  })
}
