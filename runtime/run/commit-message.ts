/**
 * What a batch's commit is called: `<type>(<scope>): <description>`, from the words of its tasks and the files that they
 * claim, and the trailers by which the commit is found again. Pure.
 */
import { oneLine } from '../io/cells.ts'
import type { BatchKey, PlannedTask } from './facts.ts'

/** Characters of the first line; what reads commits cuts longer ones off. */
const LONGEST = 72

/** The weightiest first: of several tasks it is the one that the commit is called by. */
const TYPES = ['feat', 'fix', 'perf', 'refactor', 'build', 'ci', 'docs', 'test', 'chore'] as const
type Type = (typeof TYPES)[number]

/** The first words of a task, in the imperative that tasks are written in. */
const BEGINNINGS: [RegExp, Type][] = [
  [/^(fix|repair|correct|resolve|mend|prevent|stop|handle bug)\b/i, 'fix'],
  [/^(speed up|optimi[sz]e|accelerate)\b/i, 'perf'],
  [
    /^(refactor|extract|rename|move|restructure|reorgani[sz]e|simplify|clean up|split|inline|remove|delete|replace)\b/i,
    'refactor',
  ],
  [
    /^(document|describe|explain)\b|^(write|update|add)\b.*\b(docs?|documentation|readme|changelog)\b/i,
    'docs',
  ],
  [/^(test|cover)\b|^(write|add)\b.*\btests?$/i, 'test'],
  [/^(upgrade|bump|pin|install)\b/i, 'build'],
]

export interface MessageOf {
  key: BatchKey
  total: number
  tasks: readonly Pick<PlannedTask, 'id' | 'content' | 'files'>[]
  /** Of the spec, for a scope where the tasks have none in common. */
  spec: string
}

export function messageFor({ key, total, tasks, spec }: MessageOf, isChanged = tasks.length > 0): string {
  const batch = key === 'final' ? 'Batch: final' : `Batch: ${key}/${total}`
  if (key === 'final') {
    const scope = kebab(spec)
    const head = isChanged
      ? `fix(${scope}): mend what the final review found`
      : `chore(${scope}): record the final review`
    return `${head}\n\n${batch}\n`
  }
  const said = tasks.map(wordsOf)
  const type = TYPES.find((one) => said.some((words) => words.type === one)) ?? 'chore'
  const scope = said.find(({ scope }) => scope !== undefined)?.scope ?? scopeOf(tasks, spec)
  const begin = `${type}${scope === '' ? '' : `(${scope})`}: `
  const ids = tasks.map(({ id }) => oneLine(id)).join(', ')
  return `${begin}${description(
    said.map(({ text }) => text),
    LONGEST - begin.length,
  )}\n\nTasks: ${ids}\n${batch}\n`
}

const CONVENTIONAL =
  /^(feat|fix|perf|refactor|build|ci|docs|test|chore|style|revert)(?:\(([^()]+)\))?!?:\s+(.+)$/i

/** Of one task: its text without marks and ids, and what kind of work it is. */
function wordsOf({ id, content, files }: MessageOf['tasks'][number]): {
  type: Type
  scope: string | undefined
  text: string
} {
  const bare = oneLine(content)
    .replace(/\[P\]/g, ' ')
    .replace(/[*_]{2}|`/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  const text = bare.startsWith(id) ? bare.slice(id.length).replace(/^[\s:.)-]+/, '') : bare
  const [, given, scope, rest] = CONVENTIONAL.exec(text) ?? []
  if (given !== undefined && rest !== undefined)
    return {
      type: TYPES.find((type) => type === given.toLowerCase()) ?? 'chore',
      scope: scope === undefined ? undefined : kebab(scope),
      text: tidied(rest),
    }
  return { type: typeByFiles(files) ?? typeByWords(text), scope: undefined, text: tidied(text) }
}

const typeByWords = (text: string): Type => BEGINNINGS.find(([words]) => words.test(text))?.[1] ?? 'feat'

function typeByFiles(files: readonly string[]): Type | undefined {
  const all = (is: (path: string) => boolean) => files.length > 0 && files.every(is)
  if (all((path) => /\.(md|mdx|rst|txt|adoc)$/i.test(path) || /^docs?\//.test(path))) return 'docs'
  if (all((path) => /^\.(github|gitlab|circleci)\b|(^|\/)\.gitlab-ci\.yml$/.test(path))) return 'ci'
  if (all((path) => /(^|\/)(package(-lock)?\.json|Dockerfile|Makefile|go\.(mod|sum))$/.test(path)))
    return 'build'
  if (all(isTest)) return 'test'
  return undefined
}

const isTest = (path: string) =>
  /(^|\/)(tests?|__tests__|spec)\/|\.(test|spec)\.[^/]+$|_test\.[^/]+$|(^|\/)test_[^/]+$/.test(path)

/** Without the full stop, and with a small letter: but for a name such as URL or OAuth. */
function tidied(text: string): string {
  const [first = ''] = text.split(/\s/)
  const isName = /[A-Z\d].*[A-Z\d]|^[A-Z]$/.test(first)
  return `${isName ? text.slice(0, 1) : text.slice(0, 1).toLowerCase()}${text.slice(1)}`.replace(
    /[\s.;:,]+$/,
    '',
  )
}

/** All of them if there is room, else the first and how many more; a single one is cut between words. */
function description(texts: readonly string[], room: number): string {
  const [first = '', ...rest] = texts.filter((text) => text !== '')
  if (first === '') return 'carry out the batch'
  const last = rest.at(-1)
  if (last === undefined) return shortened(first, room)
  const all = `${[first, ...rest.slice(0, -1)].join(', ')} and ${last}`
  if (all.length <= room) return all
  const more = ` and ${rest.length} more`
  return `${shortened(first, room - more.length)}${more}`
}

function shortened(text: string, room: number): string {
  if (text.length <= room) return text
  const [clause = ''] = text.split(/[;:—(]|, | so that | because /)
  const kept = clause.trim().length > 10 ? clause.trim() : text
  if (kept.length <= room) return kept
  const cut = kept.slice(0, room + 1)
  const end = cut.lastIndexOf(' ')
  return (end > room / 2 ? cut.slice(0, end) : kept.slice(0, room)).replace(
    /(\s+(a|an|and|for|from|in|of|on|or|the|to|with))*[\s.,;:-]*$/i,
    '',
  )
}

/** Folders that say nothing of what is in them. */
const ROOTS = new Set(
  'src lib app apps packages package pkg internal cmd source main java python modules docs doc test tests __tests__ spec'.split(
    ' ',
  ),
)
/** Files that are called so because of their place. */
const PLACES = new Set(['index', 'mod', 'main', '__init__', 'lib', 'package', 'package-lock'])

/** What all tasks have in common; else the spec. */
function scopeOf(tasks: MessageOf['tasks'], spec: string): string {
  const scopes = new Set(tasks.flatMap(({ files }) => files.map((path) => scopeOfFile(path))))
  const [only] = scopes
  return scopes.size === 1 && only ? only : kebab(spec)
}

function scopeOfFile(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..')
  const name = (parts.at(-1) ?? '').replace(/^test_/, '').replace(/(_test)?(\.[^.]+)+$/, '')
  const folders = parts.slice(0, -1).filter((part) => !ROOTS.has(part.toLowerCase()))
  const [folder] = folders
  return kebab(folder ?? (PLACES.has(name) ? '' : name))
}

/** A spec's date or number says nothing of what it is about. */
const kebab = (text: string) =>
  text
    .replace(/^\d[\d-]*-(?=\D)/, '')
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 24)
    .replace(/-+$/, '')
