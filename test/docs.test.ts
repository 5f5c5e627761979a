/** What people read: links lead somewhere, what exists is documented, and nothing of one machine stands there. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { attemptPaths, lockOf, pathsIn, sessionsFolder, tasksFolder } from '../runtime/task/directory.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, { cwd: ROOT, encoding: 'utf8' })

/** Committed, or about to be. */
const documents = run('git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md')
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)))
const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')

/** As GitHub names the anchor of a heading. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#{1,6} +(.+)$/gm)].map(([, words = '']) =>
    words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )

it('finds documents to read', () => {
  for (const path of ['README.md', 'AGENTS.md', 'CHANGELOG.md', 'docs/state.md', 'docs/verbs.md'])
    expect(documents).toContain(path)
  expect(documents.filter((path) => path.startsWith('docs/adr/')).length).toBeGreaterThan(5)
})

describe.each(documents)('%s', (path) => {
  it('links to what is there', () => {
    for (const [, link = ''] of withoutCode(read(path)).matchAll(/\]\((?![a-z]+:)([^)\s]+)\)/g)) {
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? path : join(dirname(path), file)
      expect(existsSync(join(ROOT, target)), link).toBe(true)
      if (anchor !== undefined) expect(anchorsOf(read(target)), link).toContain(anchor)
    }
  })

  it('names no path of one machine', () =>
    expect(read(path).match(/(?<![\w.>~}/-])\/(?:work|root|home\/\w+|Users\/\w+)(?![\w-])\S*/g)).toBe(null))
})

it('the README names both commands that set the repository up', () => {
  expect(read('README.md')).toMatch(/^npm ci && npm run demo$/m)
  expect(read('README.md')).toMatch(/^npm ci && npm test$/m)
})

const verbs = [...run('bin/dispatch', '--help').matchAll(/^(?:usage: )?dispatch ([a-z-]+)/gm)].map(
  ([, verb = '']) => verb,
)

it('finds verbs to look for', () => expect(verbs.length).toBeGreaterThan(15))

describe.each(verbs)('dispatch %s', (verb) => {
  it.each(['README.md', 'docs/verbs.md'])('is in %s', (path) =>
    expect(read(path)).toMatch(new RegExp(`\`${verb}[ \`]|^#+ .*\\b${verb}\\b`, 'm')),
  )
})

describe('docs/state.md', () => {
  const task = pathsIn('')
  const attempt = attemptPaths(task, 1)
  const named = [...Object.values(task), ...Object.values(attempt)].filter(
    (path): path is string => typeof path === 'string',
  )
  const paths = [...named, tasksFolder(''), sessionsFolder(''), dirname(lockOf('', 'x'))]
  // The folders of a task and of an attempt have no name of their own.
  const names = [...new Set(paths.map((path) => basename(path)))].filter(
    (name) => !/^(|\.|\d{3})$/.test(name),
  )

  it.each(names)('has a paragraph on %s', (name) =>
    expect(read('docs/state.md')).toMatch(new RegExp(`^\\*\\*.*\`${name.replaceAll('.', '\\.')}/?\``, 'm')),
  )
})
