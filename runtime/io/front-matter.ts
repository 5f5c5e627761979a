/** The only importer of gray-matter: YAML only, its JavaScript engine and its cache switched off. */
import matter from 'gray-matter'
import { unreadable } from './errors.ts'
import { parseYaml } from './yaml.ts'

/** A document with `---` front matter. `path` is for messages. The cache is by-passed by passing options. */
export function parseFrontMatter(
  text: string,
  path: string,
): { data: Record<string, unknown>; body: string } {
  const language = /^\uFEFF?---[ \t]*(\S+)/.exec(text)?.[1]
  if (language !== undefined && language !== 'yaml')
    throw unreadable({
      what: 'front matter in a language other than YAML',
      where: `${path}:1`,
      expected: '---',
      found: `---${language}`,
    })
  const refuse = () => {
    throw unreadable({ what: 'front matter in a language other than YAML', where: `${path}:1` })
  }
  const { data, content } = matter(text, {
    language: 'yaml',
    engines: {
      yaml: (source) => mapping(parseYaml(`${source}\n`, path), path),
      javascript: refuse,
      json: refuse,
    },
  })
  return { data, body: content }
}

function mapping(value: unknown, path: string): Record<string, unknown> {
  if (value === null || value === undefined) return {}
  if (typeof value === 'object' && !Array.isArray(value)) return { ...value }
  throw unreadable({
    what: 'front matter is not a mapping',
    where: `${path}:1`,
    expected: 'key: value lines',
    found: typeof value,
  })
}
