/** The only importer of `saxes`. Reads XML of a foreign program: entities of its own making are not expanded. */
import { unreadable } from './errors.ts'

export interface Element {
  name: string
  attributes: Record<string, string>
  children: Element[]
  /** Text and CDATA directly in it. */
  text: string
}

/** Deeper than any report; a hostile one must not exhaust the stack of who walks it. */
const DEEPEST = 200

/** The root element. @throws exit 65 with the line; `path` is only for the message */
export async function parseXml(text: string, path: string): Promise<Element> {
  const { SaxesParser } = await import('saxes')
  const parser = new SaxesParser()
  const outside: Element = { name: '', attributes: {}, children: [], text: '' }
  const open = [outside]
  const innermost = () => open.at(-1) ?? outside
  const broken = (found: string) => unreadable({ what: 'not XML', where: `${path}:${parser.line}`, found })
  parser.on('error', ({ message }) => {
    throw broken(message.replace(/^\d+:\d+: /, ''))
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length > DEEPEST) throw broken(`more than ${DEEPEST} elements within each other`)
    const element = { name, attributes, children: [], text: '' }
    innermost().children.push(element)
    open.push(element)
  })
  const addText = (more: string) => {
    innermost().text += more
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    open.pop()
  })
  parser.write(text).close()
  const [root] = outside.children
  if (root === undefined) throw broken('no element')
  return root
}
