/** Flags and words of a verb, parsed by node:util; what does not fit is exit 64 with the verb's own usage. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { errorCode, misused } from '../io/errors.ts'
import type { VerbIo } from './verb.ts'

type Options = NonNullable<ParseArgsConfig['options']>
type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>
>

/** @param options without defaults */
export function parse<T extends Options>(argv: string[], options: T, help: string): Parsed<T> {
  // Where nothing looks like a flag there is nothing to parse, and node's parser takes a hot verb's time to load.
  if (!argv.some((word) => word.startsWith('-'))) return { values: {}, positionals: argv } as Parsed<T>
  try {
    return parseArgs({ args: argv, options, allowPositionals: true, strict: true })
  } catch (error) {
    if (!errorCode(error)?.startsWith('ERR_PARSE_ARGS')) throw error
    const what =
      error instanceof Error
        ? (error.message.split('\n')[0] ?? '').replace(/\. To specify .*$/, '')
        : 'unusable arguments'
    throw misused({ what, next: usageOf(help) })
  }
}

/** The first line of a help text. */
export const usageOf = (help: string) => help.split('\n')[0] ?? ''

export function needed(word: string | undefined, name: string, help: string): string {
  if (word !== undefined) return word
  throw misused({ what: `${name} is missing`, next: usageOf(help) })
}

export function nothingMore(words: string[], help: string): void {
  if (words.length > 0) throw misused({ what: `unexpected: ${words.join(' ')}`, next: usageOf(help) })
}

/** The text that a verb was given: its words (a `--` before them is none), or with `-` or no words what was piped in. Undefined where neither is. */
export function textFrom(words: string[], io: VerbIo): string | undefined {
  const said = words[0] === '--' ? words.slice(1) : words
  const [only, ...more] = said
  if (only === undefined || (only === '-' && more.length === 0)) return io.stdin()
  return said.join(' ')
}
