/** The only importer of `yaml`. Parsing never executes anything, never guesses, and names the line. */
import { type Document, LineCounter, parseDocument, stringify } from 'yaml'
import { unreadable } from './errors.ts'
import { readIfThere } from './reading.ts'

/** Text as one YAML document; broken text is a complaint with the line (exit 65). `path` is only for the message. */
export function parseYamlDocument(text: string, path: string): Document.Parsed {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, version: '1.2' })
  const problem = document.errors[0]
  if (problem === undefined) return document
  const { line } = lines.linePos(problem.pos[0])
  throw unreadable({
    what: 'not YAML',
    where: `${path}:${line}`,
    found: problem.message.split('\n')[0]?.replace(/ at line .*$/, ''),
    next: 'The file was left as it is. Mend that line, then try again.',
  })
}

/** The value of a text. Aliases are bounded, so a small file cannot grow into a large value. */
export const parseYaml = (text: string, path: string): unknown =>
  contentOf(parseYamlDocument(text, path), path)

export function contentOf(document: Document.Parsed, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    throw unreadable({
      what: 'the YAML aliases (*name) cannot be resolved',
      where: path,
      found: error.message,
    })
  }
}

/** The value in a file, or undefined where there is no file. */
export function readYaml(path: string): unknown {
  const text = readIfThere(path)
  return text === undefined ? undefined : parseYaml(text, path)
}

export const printYaml = (value: unknown) => stringify(value, { lineWidth: 0 })
