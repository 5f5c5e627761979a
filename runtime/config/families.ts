/** Which CLI makes a model that nobody configured, by what its name looks like. Pure. */
import { claudeId, isVendorCli, spelled, type VendorCli } from './known.ts'

interface Made {
  cli: VendorCli
  /** As the CLI wants to hear it; undefined for its own default. */
  id: string | undefined
}

/** The models that each CLI offers, as it listed them when it was last asked. */
export type Offers = ReadonlyMap<string, readonly string[]>

const FAMILIES: readonly [RegExp, VendorCli][] = [
  [/^gpt-\d|^o\d(?:-|$)|(?:^|-)codex(?:-|$)/, 'codex'],
  [/^gemini-/, 'gemini'],
  [/^composer-/, 'cursor'],
]

/** `GPT 5.3 codex` is codex's `gpt-5.3-codex`, `openai/gpt-5.2` is opencode's, `sonnet 4.6` claude's. */
export function familyOf(word: string): Made | undefined {
  const said = word.trim()
  const name = spelled(said)
  if (isVendorCli(name)) return { cli: name, id: undefined }
  const claude = claudeId(said)
  if (claude !== undefined) return { cli: 'claude', id: claude }
  if (/^\w[\w.-]*\/[\w./:@-]+$/.test(said)) return { cli: 'opencode', id: said }
  const id = said
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
    .replace(/^gpt-?(?=\d)/, 'gpt-')
  const cli = /^[\w.:-]+$/.test(id) ? FAMILIES.find(([form]) => form.test(id))?.[1] : undefined
  return cli === undefined ? undefined : { cli, id }
}

/** The spelling in which a CLI lists a model, with or without the provider in front. */
export function offered(offers: Offers, cli: string, word: string): string | undefined {
  const ids = offers.get(cli) ?? []
  const wanted = spelled(word)
  return (
    ids.find((id) => id === word) ??
    ids.find((id) => spelled(id) === wanted) ??
    ids.find((id) => spelled(withoutProvider(id)) === spelled(withoutProvider(word)))
  )
}

export const withoutProvider = (id: string) => id.slice(id.lastIndexOf('/') + 1)
