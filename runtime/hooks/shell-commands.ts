/**
 * The simple commands in a shell text, each as its words. A reader that guesses well, not a shell: what it misses is
 * found where work is handed in, and what it took for a command that is none would hold up somebody's work. So quoted
 * text, comments and here-documents are never commands. Pure. (literal.ts is the strict one, which gives leave.)
 */

/** Words before a command that do not change what it does. */
const BEFORE = new Set([
  '!',
  '{',
  'then',
  'do',
  'else',
  'elif',
  'if',
  'while',
  'until',
  'time',
  'command',
  'exec',
])
const WRAPPERS = new Set(['env', 'nohup', 'sudo', 'nice', 'builtin'])
const SHELLS = new Set(['sh', 'bash', 'zsh', 'dash'])
const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/

/** Characters; a longer text is data that somebody writes with a shell. */
const LONGEST = 200_000
/** `sh -c` in `sh -c`. */
const DEEPEST = 4

export function commandsIn(text: string, depth = 0): string[][] {
  if (text.length > LONGEST || depth > DEEPEST) return []
  return split(text).flatMap((words) => {
    const command = bare(words)
    const [name, ...rest] = command
    if (name === undefined) return []
    const flag = SHELLS.has(baseName(name)) ? rest.findIndex((word) => /^-[a-z]*c$/.test(word)) : -1
    const inner = flag === -1 ? undefined : rest[flag + 1]
    return inner === undefined ? [command] : [command, ...commandsIn(inner, depth + 1)]
  })
}

export const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1)

/** Without what stands before a command's name. */
function bare(words: string[]): string[] {
  let at = 0
  for (; at < words.length; at++) {
    const word = words[at] ?? ''
    if (BEFORE.has(word) || ASSIGNMENT.test(word)) continue
    if (!WRAPPERS.has(baseName(word))) break
    while (words[at + 1]?.startsWith('-')) at++
  }
  return words.slice(at)
}

/** What can stand at a place, in the order in which it is tried. */
const PIECES = {
  joined: /\\\n/y,
  escaped: /\\([\s\S])/y,
  single: /'([^']*)'?/y,
  double: /"((?:[^"\\]|\\[\s\S])*)"?/y,
  heredoc: /<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|\\?([\w.-]+))/y,
  /** With what it duplicates: `2>&1` ends no command. A number before it stays a word. */
  redirect: /&?(?:>>|>\||<<<|<>|[<>])(?:&\d*-?)?/y,
  newline: /\n/y,
  blank: /[ \t\r]+/y,
  end: /[;&|()`]+/y,
  plain: /[^\s\\'"`;&|()<>]+/y,
  rest: /[\s\S]/y,
}
type Piece = keyof typeof PIECES
const ORDER = Object.entries(PIECES) as [Piece, RegExp][]

function split(text: string): string[][] {
  const commands: string[][] = [[]]
  const bodies: [delimiter: string, tabs: boolean][] = []
  let word: string | undefined
  const endWord = () => {
    if (word !== undefined) commands.at(-1)?.push(word)
    word = undefined
  }
  for (let at = 0; at < text.length; ) {
    const [piece, match] = pieceAt(text, at)
    at += match[0].length
    if (piece === 'plain' && word === undefined && match[0].startsWith('#')) {
      const end = text.indexOf('\n', at)
      at = end === -1 ? text.length : end
    } else if (piece === 'plain' || piece === 'rest') word = (word ?? '') + match[0]
    else if (piece === 'escaped' || piece === 'single' || piece === 'double') word = (word ?? '') + match[1]
    else if (piece !== 'joined') endWord()
    if (piece === 'heredoc') bodies.push([match[2] ?? match[3] ?? match[4] ?? '', match[1] === '-'])
    if (piece === 'newline') for (const body of bodies.splice(0)) at = behind(text, at, body)
    if (piece === 'newline' || piece === 'end') commands.push([])
  }
  endWord()
  return commands
}

function pieceAt(text: string, at: number): [Piece, RegExpExecArray] {
  for (const [piece, pattern] of ORDER) {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) return [piece, match]
  }
  throw new RangeError(`nothing stands at ${at}`)
}

/** Where the text goes on after a here-document's last line. */
function behind(text: string, from: number, [delimiter, tabs]: [string, boolean]): number {
  for (let at = from; at < text.length; ) {
    const found = text.indexOf('\n', at)
    const end = found === -1 ? text.length : found
    const line = text.slice(at, end)
    at = end + 1
    if ((tabs ? line.replace(/^\t+/, '') : line) === delimiter) return at
  }
  return text.length
}
