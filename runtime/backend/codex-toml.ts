/** Values as Codex' `-c key=value` takes them: TOML on one line. Pure. */

export type Toml = string | boolean | readonly string[] | { readonly [key: string]: Toml }

export function toml(value: Toml): string {
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quoted(value)
  if (isList(value)) return `[${value.map(quoted).join(', ')}]`
  return `{${Object.entries(value)
    .map(([key, each]) => `${quoted(key)} = ${toml(each)}`)
    .join(', ')}}`
}

/** `-c` and what it sets, word by word. A key is a path of plain words: the CLI splits it at every dot. */
export const settings = (values: Readonly<Record<string, Toml>>): string[] =>
  Object.entries(values).flatMap(([key, value]) => ['-c', `${key}=${toml(value)}`])

/** A string of JSON is one of TOML, except for one control character that JSON leaves as it is. */
const quoted = (text: string) => JSON.stringify(text).replaceAll('\u007f', '\\u007f')

/** Array.isArray does not know read-only ones. */
const isList = (value: Toml): value is readonly string[] => Array.isArray(value)
