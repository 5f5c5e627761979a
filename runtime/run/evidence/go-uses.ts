/**
 * Whether a Go test comes to what is tested, from the text: by the package that it imports, or, within the unit's own
 * package, by a name that the file does not declare.
 */
import { dirname } from 'node:path/posix'

const IDENTIFIER = /(?<![\p{L}\p{N}_.])[\p{L}_][\p{L}\p{N}_]*/gu
const KNOWN = new Set(
  `break case chan const continue default defer else fallthrough for func go goto if import interface map package
  range return select struct switch type var any append bool byte cap clear close comparable complex complex64
  complex128 copy delete error false float32 float64 imag int int8 int16 int32 int64 iota len make max min new nil
  panic print println real recover rune string true uint uint8 uint16 uint32 uint64 uintptr _`.split(/\s+/),
)

/** @param masked the text without strings and comments; `source` with them, for the imports */
export function usersOf(masked: string, source: string, units: readonly string[] | undefined) {
  const imports = importsOf(source)
  const isUnit = (path: string) =>
    units === undefined ||
    units.some(
      (unit) => unit.endsWith('.go') && (path === dirname(unit) || path.endsWith(`/${dirname(unit)}`)),
    )
  const declared = new Set([
    ...imports.map(({ name }) => name),
    ...[...masked.matchAll(/^(?:func(?:\s*\([^)]*\))?|type|var|const)\s+([\p{L}_][\p{L}\p{N}_]*)/gmu)].map(
      ([, name = '']) => name,
    ),
    ...[...masked.matchAll(/([\p{L}\p{N}_, ]+?)\s*:=/gu)].flatMap(([, names = '']) =>
      names.trim().split(/[\s,]+/),
    ),
    ...[...masked.matchAll(/\bvar\s+([\p{L}_][\p{L}\p{N}_]*)/gu)].map(([, name = '']) => name),
    // Parameters: `func(t *testing.T, name string)`.
    ...[...masked.matchAll(/\bfunc\b[^({\n]*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
      list.split(',').map((each) => each.trim().split(/\s+/)[0] ?? ''),
    ),
  ])
  const external = /^package\s+\w+_test\b/m.test(masked)
  const wanted = new Set(imports.filter(({ path }) => isUnit(path)).map(({ name }) => name))
  const mentions = (body: string) =>
    (body.match(IDENTIFIER) ?? []).some(
      (word) => wanted.has(word) || (!external && !KNOWN.has(word) && !declared.has(word)),
    )
  // Helpers that come to it are a way to it.
  for (let round = 0; round < 2; round++)
    for (const { 1: name = '', 2: body = '' } of masked.matchAll(
      /^func\s+([a-z_]\w*)[^\n]*\{\n([\s\S]*?)^\}/gm,
    ))
      if (mentions(body)) wanted.add(name)
  return mentions
}

/** By the name that the file gives them. */
export function importsOf(source: string): { name: string; path: string }[] {
  const blocks = [...source.matchAll(/^import\s*(?:\(([^)]*)\)|([^\n(]*))/gm)].map(
    ([, many, one]) => many ?? one ?? '',
  )
  return blocks.flatMap((block) =>
    [...block.matchAll(/(?:([\w.]+)\s+)?"([^"]+)"/g)].map(([, alias, path = '']) => ({
      name:
        alias ??
        path
          .replace(/\/v\d+$/, '')
          .split('/')
          .at(-1) ??
        '',
      path,
    })),
  )
}
