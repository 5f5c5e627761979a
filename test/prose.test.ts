/** What a model reads: names match folders, links resolve, every verb that is named exists with those flags, budgets hold. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseFrontMatter } from '../runtime/io/front-matter.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const under = (folder: string) =>
  (existsSync(join(ROOT, folder))
    ? readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    : []
  )
    .filter((path) => path.endsWith('.md'))
    .map((path) => join(folder, path))
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const words = (text: string) => text.split(/\s+/).filter(Boolean).length
const help = (args: string[]) => execFileSync(join(ROOT, 'bin/dispatch'), args, { encoding: 'utf8' })

const skills = under('skills').filter((path) => basename(path) === 'SKILL.md')
const commands = under('commands')
const agents = under('agents')
const prose = [...under('skills'), ...commands, ...agents]

describe.each(skills)('%s', (path) => {
  const { data } = parseFrontMatter(read(path), path)
  it('is called like its folder', () => expect(data.name).toBe(basename(dirname(path))))
  it('says when it is used, in the third person', () => expect(data.description).toMatch(/^Use when /))
  it('keeps to 500 words', () => expect(words(read(path))).toBeLessThanOrEqual(500))
  it('pre-approves nothing', () => expect(data).not.toHaveProperty('allowed-tools'))
})

it.each(commands)('%s keeps to 15 lines', (path) =>
  expect(read(path).trimEnd().split('\n').length).toBeLessThanOrEqual(15),
)
it.each(commands)('%s costs nothing while it is not used', (path) =>
  expect(parseFrontMatter(read(path), path).data['disable-model-invocation']).toBe(true),
)
describe.each(agents)('%s', (path) => {
  const { data } = parseFrontMatter(read(path), path)
  it('is called like its file', () => expect(data.name).toBe(basename(path, '.md')))
  it('keeps to 300 words', () => expect(words(read(path))).toBeLessThanOrEqual(300))
  it('runs on opus, where its user says nothing else', () => expect(data.model).toBe('opus'))
  it('has the tools of its role and no others', () => {
    const writes = path.includes('reviewer') ? [] : ['Edit', 'Write']
    expect(String(data.tools).split(', ').sort()).toEqual(
      ['Bash', 'Glob', 'Grep', 'Read', 'Skill', ...writes].sort(),
    )
  })
})

describe.each(prose)('%s', (path) => {
  it('links to files that are there', () => {
    for (const [, link = ''] of read(path).matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      expect(existsSync(join(ROOT, dirname(path), link)), link).toBe(true)
  })

  it('names verbs and flags that exist', () => {
    for (const [, verb = '', rest = ''] of read(path).matchAll(
      /\bdispatch ([a-z-]+)((?:[^\S\n][^`\n]*)?)(?=`|$)/gm,
    )) {
      const usage = help([verb, '--help'])
      for (const [flag] of rest
        .replace(/<<.*$/, '')
        .replace(/"[^"]*"/g, '')
        .matchAll(/--[a-z-]+/g))
        expect(usage, `dispatch ${verb} ${flag}`).toContain(flag)
    }
  })
})

it('finds prose to read', () => {
  expect(skills.length).toBeGreaterThan(0)
  expect(commands.length).toBeGreaterThan(3)
  expect(agents).toHaveLength(3)
})
