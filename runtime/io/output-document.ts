/** A YAML file that we compute and people may add to: our keys are put in anew, theirs and their comments stay. */
import { DispatchError } from './errors.ts'
import { contentOf, parseYamlDocument, printYaml } from './yaml.ts'

/** @returns undefined where there is nothing that could be kept: it is not YAML, or no mapping */
export function withKeys(
  text: string,
  path: string,
  values: Readonly<Record<string, unknown>>,
): string | undefined {
  try {
    const document = parseYamlDocument(text, path)
    const content = contentOf(document, path)
    if (content === null) return printYaml(values)
    if (typeof content !== 'object' || Array.isArray(content)) return undefined
    for (const [key, value] of Object.entries(values)) document.set(key, document.createNode(value))
    return document.toString({ lineWidth: 0 })
  } catch (error) {
    // Not YAML; or a name (&x) that only what we replaced had given.
    if (error instanceof DispatchError || error instanceof ReferenceError) return undefined
    if (error instanceof Error && /alias/i.test(error.message)) return undefined
    throw error
  }
}
