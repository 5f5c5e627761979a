/** The configuration that is written where there was none, from the CLIs that were found. Pure. */
import { familyOf } from './families.ts'
import { spelled, type VendorCli } from './known.ts'

export interface Found {
  cli: VendorCli
  version: string | undefined
  /** What it offers, as far as it was asked. */
  models: readonly string[] | undefined
}

/** The most that are written down of one CLI; `dispatch models` shows all. */
const MOST = 40
const USUAL = ['opus', 'sonnet', 'haiku']

/**
 * @param found those that work, the one to be proposed first
 * @param others names of those that are there and did not show that they work
 */
export function firstConfig(found: readonly Found[], others: readonly string[]): string {
  const [first] = found
  const named = new Set<string>()
  const sections = found.map((cli) => section(cli, found, named))
  return `# Written when dispatch was first used, from the CLIs that were found. It is yours from now on: change it here or with
# \`dispatch config\`, which keeps comments and keys of your own. Rights and commands are taken from no other place.

# What a task runs on when you name no model: ${first?.cli} with its own choice, or one of \`dispatch models\`.
default: ${first?.cli}

models:
${sections.join('')}${others.map((cli) => `  # ${cli} is there, too; \`dispatch doctor\` says whether it works\n`).join('')}
# aliases:
#   auditor: { model: ${named.values().next().value}, profile: read-only, prompt: Look for vulnerabilities only. }
# limits: { parallel: 5, timeout: 2h, budget_usd: 10, ask_timeout: 3m }
`
}

function section({ cli, version, models }: Found, found: readonly Found[], named: Set<string>): string {
  const heading = `  # ${cli}${version === undefined ? '' : ` ${version}`}`
  if (cli === 'claude') {
    for (const name of USUAL) named.add(name)
    return `${heading}; it picks the version\n${USUAL.map((name) => entry(name, cli)).join('')}`
  }
  const offered = (models ?? []).filter((name) => isOwn(name, cli, found) && !named.has(spelled(name)))
  const listed = offered.length <= MOST ? offered : []
  const names = [cli, ...listed.filter((name) => spelled(name) !== cli)]
  for (const name of names) named.add(spelled(name))
  const more = offered.length > MOST ? `; \`dispatch models\` shows the ${offered.length} that it offers` : ''
  return `${heading}${more}\n${names.map((name) => entry(name, cli)).join('')}`
}

/** A model of a family goes to the CLI that makes it, where that is there. */
function isOwn(name: string, cli: VendorCli, found: readonly Found[]): boolean {
  const maker = familyOf(name)?.cli
  return isName(name) && (maker === undefined || maker === cli || !found.some((other) => other.cli === maker))
}

/** What can stand as a key without quotes, and be said. */
const isName = (name: string) =>
  /^[a-z][\w./@+-]{1,79}$/i.test(name) && !/^(true|false|null|demo)$/i.test(name)

const entry = (name: string, cli: VendorCli) => `  ${name}: { backend: ${cli} }\n`
