/** The rules of the house that a compiler does not check: who may import whom. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const RUNTIME = fileURLToPath(new URL('../runtime', import.meta.url))

/** From the top down: a room may use itself and what stands after it. */
const FLOORS = [
  ['demo'],
  ['cli.ts'],
  ['verbs', 'hooks'],
  ['run'],
  ['review'],
  ['spec'],
  ['watch'],
  ['attempt'],
  ['question'],
  ['task'],
  ['worktree'],
  ['backend'],
  ['config'],
  ['io'],
]
const RISKY = [
  'yaml',
  'gray-matter',
  'execa',
  'proper-lockfile',
  'saxes',
  'node:fs',
  'node:fs/promises',
  'node:child_process',
]

const floorOf = (path: string) => {
  const room = path.split('/')[0] ?? ''
  const floor = FLOORS.findIndex((rooms) => rooms.includes(room))
  if (floor === -1) throw new Error(`${path} is in no room of the house`)
  return floor
}

const files = readdirSync(RUNTIME, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.ts') && !path.includes('node_modules'),
)
const imports = files
  .filter((path) => !path.endsWith('.test.ts'))
  .flatMap((path) =>
    [...readFileSync(join(RUNTIME, path), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
      ([, target]) => ({ path, target: target ?? '' }),
    ),
  )

describe('the house', () => {
  it('has files to look at', () => expect(imports.length).toBeGreaterThan(200))

  it('imports go down only', () => {
    const upward = imports.flatMap(({ path, target }) => {
      if (!target.startsWith('.')) return []
      const to = relative(RUNTIME, join(RUNTIME, dirname(path), target))
      return floorOf(to) < floorOf(path) ? [`${path} -> ${to}`] : []
    })
    expect(upward).toEqual([])
  })

  it('risky dependencies are imported by io alone', () => {
    const outside = imports
      .filter(({ path, target }) => RISKY.includes(target) && !path.startsWith('io/'))
      .map(({ path, target }) => `${path}: ${target}`)
    expect(outside).toEqual([])
  })

  it('each of gray-matter and proper-lockfile has one importer', () => {
    for (const name of ['gray-matter', 'proper-lockfile', 'saxes', 'yaml'])
      expect(
        imports.filter(({ target }) => target === name).map(({ path }) => path),
        name,
      ).toHaveLength(1)
  })
})
