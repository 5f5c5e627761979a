/** Which verbs of ours a shell command calls, with the run and the words that matter to a run. Pure. */
import { baseName } from './shell-commands.ts'

export interface DispatchCall {
  verb: string
  words: string[]
  /** Of `--run`. */
  run: string | undefined
}

export const dispatchCalls = (commands: string[][]): DispatchCall[] =>
  commands.flatMap(([name = '', verb = '', ...rest]) =>
    baseName(name) === 'dispatch' ? [{ verb, ...wordsOf(rest) }] : [],
  )

function wordsOf(rest: string[]): Pick<DispatchCall, 'words' | 'run'> {
  const words: string[] = []
  let run: string | undefined
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? ''
    if (word === '--run') run = rest[++at]
    else if (word.startsWith('--run=')) run = word.slice('--run='.length)
    else if (!word.startsWith('-')) words.push(word)
  }
  return { words, run }
}
