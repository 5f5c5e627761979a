/**
 * Reads a shell command as one literal `dispatch` invocation, or not at all.
 *
 * What it returns is what bash, zsh and dash all hand to the program, whatever options the user has set, because
 * everything that any of them would look at twice is refused. A refusal costs one permission prompt; an
 * acceptance skips it. So when in doubt: undefined.
 */
export interface Literal {
  /** The words after `dispatch`. */
  argv: string[]
  /** The body of the heredoc. */
  stdin: string | undefined
}

/** Characters. */
const LONGEST = 1_000_000

/** Control characters are nowhere data that we need, and shells use some of them as their own quoting marks. A
 * carriage return is among them: who drops it would see another end of the heredoc than we do. */
const NEVER = /(?![\t\n])[\p{Cc}\p{Cs}]/u

/** ASCII only, since locales decide what else is blank. Not `~ ^ #`, which zsh's extended_glob reads inside words,
 * and not `=`: with `set -k` bash takes `a=b` anywhere as an assignment, zsh expands `=name`. */
const PLAIN = /[\w.,:@%+/-]+/y
const OPTION = /--[a-z][a-z-]*=/y
/** zsh's rc_quotes reads `''` inside single quotes as a quote, so two strings that touch are refused. */
const SINGLE = /'([^']*)'(?!')/y
/** A backslash before a letter or digit is itself in every shell; before anything else it is refused. */
const DOUBLE = /"([^"$`\\!]*(?:\\[A-Za-z0-9][^"$`\\!]*)*)"/y
const HEREDOC = /<<(-?)[ \t]*(?:'([A-Za-z_][\w-]*)'|"([A-Za-z_][\w-]*)"|\\([A-Za-z_][\w-]*))/y
const BLANKS = /[ \t]+/y
const NOTHING = /^[ \t\n]*$/

interface Heredoc {
  delimiter: string
  /** `<<-`: leading tabs do not count. */
  tabs: boolean
}

export function parseLiteral(command: string): Literal | undefined {
  if (command.length > LONGEST || NEVER.test(command)) return undefined
  const text = new Scanner(command)
  if (text.take(PLAIN)?.[0] !== 'dispatch') return undefined

  const argv: string[] = []
  let heredoc: Heredoc | undefined
  while (text.take(BLANKS) !== undefined) {
    const operator = text.take(HEREDOC)
    if (operator === undefined) {
      const word = readWord(text)
      if (word !== undefined) argv.push(word)
    } else if (heredoc === undefined) {
      const [, dash, single, double, bare] = operator
      heredoc = { delimiter: single ?? double ?? bare ?? '', tabs: dash === '-' }
    } else return undefined
  }

  const rest = text.rest()
  if (heredoc === undefined) return NOTHING.test(rest) ? { argv, stdin: undefined } : undefined
  // Shells differ in where a body starts when a quoted newline stands on the command's own line.
  if (!rest.startsWith('\n') || argv.some((word) => word.includes('\n'))) return undefined
  const stdin = readBody(rest.slice(1), heredoc)
  return stdin === undefined ? undefined : { argv, stdin }
}

/** Words end where no piece follows; what then stands there is for the caller to accept or refuse. */
function readWord(text: Scanner): string | undefined {
  let word = text.take(OPTION)?.[0]
  for (;;) {
    const piece = text.take(PLAIN)?.[0] ?? text.take(SINGLE)?.[1] ?? text.take(DOUBLE)?.[1]
    if (piece === undefined) return word
    word = (word ?? '') + piece
  }
}

/** The lines before the first delimiter, provided that nothing comes after it. */
function readBody(text: string, { delimiter, tabs }: Heredoc): string | undefined {
  const lines = text.split('\n').map((line) => (tabs ? line.replace(/^\t+/, '') : line))
  const end = lines.indexOf(delimiter)
  if (end < 0 || !NOTHING.test(lines.slice(end + 1).join(''))) return undefined
  const body = lines.slice(0, end)
  if (body.some((line) => losesByte(line, delimiter))) return undefined
  return body.map((line) => `${line}\n`).join('')
}

/** dash 0.5.12 swallows a byte beyond ASCII that stands right behind a line's beginning like the delimiter's. */
function losesByte(line: string, delimiter: string): boolean {
  let same = 0
  while (same < delimiter.length && line[same] === delimiter[same]) same++
  return same > 0 && line.charCodeAt(same) > 0x7f
}

class Scanner {
  private at = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** Matches a sticky pattern here and moves behind it. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at
    const match = pattern.exec(this.text)
    if (match === null) return undefined
    this.at = pattern.lastIndex
    return match
  }

  rest(): string {
    return this.text.slice(this.at)
  }
}
