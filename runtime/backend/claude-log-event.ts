/** One line of stream-json, with nothing believed of its shape. */

export type Json = Record<string, unknown>
export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
export const number = (value: unknown) => (typeof value === 'number' ? value : undefined)
export const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : [])

export function parseEvent(line: string): Json | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return isJson(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined // a line cut off by a kill
    throw error
  }
}

/** What a tool answered, as the model saw it. */
export const resultText = (block: Json): string =>
  typeof block.content === 'string'
    ? block.content
    : list(block.content)
        .map((part) => text(part.text) ?? '')
        .join('\n')
