/**
 * Splits a command line into its words, quotes and backslashes as in a shell, and nothing more: no command of a
 * configuration ever goes through a shell, so what only a shell would understand is refused instead of passed on.
 */
type Words = { words: string[] } | { problem: string }

const TOKEN = /\s+|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|[^\s'"\\]+/y
const SHELL_ONLY = /[$`;|&<>]/
/** In double quotes a shell still expands these two. */
const EXPANDED = /(?<!\\)(?:\\\\)*[$`]/

export function splitWords(line: string): Words {
  const text = line.trim()
  const words: string[] = []
  let word: string | undefined
  const token = new RegExp(TOKEN)
  while (token.lastIndex < text.length) {
    const at = token.lastIndex
    const found = token.exec(text)
    if (found === null) return { problem: unfinished(text[at]) }
    const [all, single, double, escaped] = found
    const plain = single === undefined && double === undefined && escaped === undefined
    if (plain && /^\s/.test(all)) {
      if (all.includes('\n')) return { problem: 'it has a second line, and only one command is run' }
      if (word !== undefined) words.push(word)
      word = undefined
      continue
    }
    const problem = plain ? inPlain(all, word === undefined) : inDouble(double)
    if (problem !== undefined) return { problem }
    word = (word ?? '') + (single ?? double?.replace(/\\([$`"\\])/g, '$1') ?? escaped ?? all)
  }
  if (word !== undefined) words.push(word)
  return checked(words)
}

function checked(words: string[]): Words {
  const [program] = words
  if (program === undefined || program === '') return { problem: 'it names no program' }
  if (/^\w+=/.test(program))
    return { problem: `it starts with a variable; write \`env ${program} …\` or use the key env` }
  return { words }
}

function inPlain(text: string, startsWord: boolean): string | undefined {
  const sign = SHELL_ONLY.exec(text)?.[0]
  if (sign !== undefined) return forShell(sign)
  return startsWord && text.startsWith('~') ? forShell('~') : undefined
}

function inDouble(text: string | undefined): string | undefined {
  const sign = EXPANDED.exec(text ?? '')?.[0].at(-1)
  return sign === undefined ? undefined : forShell(sign)
}

const forShell = (sign: string) =>
  `\`${sign}\` means something to a shell only, and this never goes through one (put it in single quotes if it is meant as it stands)`

const unfinished = (opening: string | undefined) =>
  opening === '\\' ? 'it ends with a backslash' : `the quote ${opening} is never closed`
