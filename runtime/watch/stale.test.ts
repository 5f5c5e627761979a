import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../io/folders.ts'
import { here } from '../io/processes.ts'
import { staleSessions } from './stale.ts'

const DAY = 24 * 60 * 60 * 1000

test('a month old, its client gone, nobody’s task: stale; anything else is not', () => {
  const root = temporaryFolder('stale-')
  try {
    const now = Date.now()
    const session = (name: string, client: string, days: number) => {
      const folder = join(root, 'sessions', name)
      mkdirSync(join(folder, 'told'), { recursive: true })
      writeFileSync(join(folder, 'client'), client)
      const at = new Date(now - days * DAY)
      for (const path of [join(folder, 'told'), join(folder, 'client'), folder]) utimesSync(path, at, at)
    }
    session('old', '1 long-gone\n', 31)
    session('young', '1 long-gone\n', 29)
    session('alive', `${process.pid} ${here.startOf(process.pid)}\n`, 31)
    session('terminal', '', 31)
    session('owner', '1 long-gone\n', 31)
    mkdirSync(join(root, 'tasks/one'), { recursive: true })
    const request = {
      ...{ id: 'one', title: 'One', model: 'demo', backend: 'demo', profile: 'edit', worktree: false },
      ...{
        base: null,
        after: [],
        priority: 'normal',
        timeout: null,
        budget_usd: null,
        session: 'owner',
        cwd: '/',
      },
      created: new Date(now).toISOString(),
    }
    writeFileSync(join(root, 'tasks/one/task.yaml'), JSON.stringify(request))
    expect(staleSessions(root, now)).toEqual([join(root, 'sessions/old')])
  } finally {
    rmSync(root, { recursive: true })
  }
})
