/** What a person is told when a model's name leads nowhere. Pure. */
import { missing, refused } from '../io/errors.ts'
import { nearest } from './nearest.ts'

/** @param own what they configured and might choose */
export function noDefault(own: readonly string[]) {
  return missing({
    what: 'no AI CLI was found on the PATH, and no default model is set',
    next:
      own.length > 0
        ? `Choose one of your own: \`dispatch config default <model>\` (${own.slice(0, 4).join(', ')}).`
        : 'Install one: `npm install -g @anthropic-ai/claude-code`, or `dispatch doctor` names others. `--model demo` works meanwhile.',
  })
}

/**
 * @param names all that could be said
 * @param target what it stands for, where the word is an alias
 * @param context how the word came about, in front of the sentence
 */
export function unknown(
  word: string,
  names: readonly string[],
  { target, context }: { target: string | undefined; context: string },
) {
  const near = nearest(target ?? word, names)
  return refused({
    what:
      target === undefined
        ? `${context}no model is called ${JSON.stringify(word)}`
        : `${context}the alias ${JSON.stringify(word)} stands for ${JSON.stringify(target)}, and no model is called that`,
    expected:
      near.length > 0 ? `${near.join(', ')} or another of \`dispatch models\`` : 'one of `dispatch models`',
    next: 'To add it: `dispatch config add <name> --backend <claude, codex …> --id <what the CLI calls it>`.',
  })
}
