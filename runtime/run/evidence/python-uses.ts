/** Whether a Python test comes to what is tested, from the text. */
import { bodyOf, type Line } from './python-lines.ts'

/** Says of a test whether it comes to what is tested: by a name that was imported, or a fixture or helper that does. */
export function usersOf(lines: readonly Line[], units: readonly string[] | undefined) {
  const modules = units?.filter((unit) => unit.endsWith('.py')).map((unit) => moduleWords(unit))
  const ofUnit = (module: string) =>
    modules?.some((words) => `.${words}.`.includes(`.${module.replace(/^\.+/, '')}.`)) ?? true
  const names = new Set(
    lines.flatMap(({ text }) => {
      const [, module, imported] = /^from\s+([\w.]+)\s+import\s+(.*)$/.exec(text) ?? []
      if (module !== undefined && imported !== undefined)
        return imported
          .replace(/[()]/g, '')
          .split(',')
          .map((each) => each.trim().split(/\s+as\s+/))
          .filter(([name = '']) => ofUnit(module) || ofUnit(`${module}.${name}`))
          .map((words) => words.at(-1) ?? '')
      const [, plain = ''] = /^import\s+(.*)$/.exec(text) ?? []
      return plain
        .split(',')
        .map((each) => each.trim().split(/\s+as\s+/))
        .filter(([name = '']) => name !== '' && ofUnit(name))
        .map(([name = '', alias]) => alias ?? name.split('.')[0] ?? '')
    }),
  )
  if (names.size === 0 || names.has('*')) return () => undefined
  const mentions = (body: readonly Line[]) =>
    body.some(({ text }) => (text.match(/[A-Za-z_]\w*/g) ?? []).some((word) => names.has(word)))
  // What uses it is a way to it; twice, for a fixture of a fixture.
  for (let round = 0; round < 2; round++)
    lines.forEach(({ text }, at) => {
      const [, name] =
        /^(?:(?:async\s+)?def|class)\s+(\w+)/.exec(text) ?? /^(\w+)\s*(?::[^=]+)?=[^=]/.exec(text) ?? []
      const line = lines[at]
      if (
        name !== undefined &&
        line !== undefined &&
        !/^[Tt]est/.test(name) &&
        mentions([line, ...bodyOf(lines, at)])
      )
        names.add(name)
    })
  return mentions
}

const moduleWords = (unit: string) => unit.replace(/(?:\/__init__)?\.py$/, '').replaceAll('/', '.')
