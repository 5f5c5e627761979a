/**
 * What each package manager is asked, and how its answer is read. No host stands in the code: what comes out is what
 * the user's own tools are set to. Reading is pure; an answer that makes no sense says nothing.
 */
interface Question {
  /** The first of these that is on the PATH is asked: they are names of one tool. */
  programs: string[]
  args: string[]
  /** The addresses in what it printed. */
  addresses(stdout: string): string[]
  /** It printed an index and the place of its files: the second counts only where the first is in use. */
  companion?: true
}

const words = (text: string) => text.split(/\s+/).filter((word) => word !== '')
const anyAddress = (text: string) => words(text).filter((word) => URL.canParse(word))

/** Where pip's own index keeps its files is told by pip alone: two lines, the index and its file host. */
const PIP_FILES =
  'from pip._internal.models.index import PyPI as p; print(p.url); print("https://" + p.file_storage_domain)'

export const QUESTIONS: Question[] = [
  { programs: ['npm'], args: ['config', 'list', '--json'], addresses: npmRegistries },
  { programs: ['pnpm'], args: ['config', 'get', 'registry'], addresses: anyAddress },
  // The two generations of yarn call it differently, and each says `undefined` to the other's name.
  { programs: ['yarn'], args: ['config', 'get', 'registry'], addresses: anyAddress },
  { programs: ['yarn'], args: ['config', 'get', 'npmRegistryServer'], addresses: anyAddress },
  { programs: ['pip', 'pip3'], args: ['config', 'list'], addresses: pipSettings },
  { programs: ['pip', 'pip3'], args: ['install', '--help'], addresses: pipDefault },
  // -I: nothing is imported from the current directory or from PYTHON* variables.
  { programs: ['python3', 'python'], args: ['-I', '-c', PIP_FILES], addresses: anyAddress, companion: true },
  { programs: ['go'], args: ['env', 'GOPROXY', 'GOSUMDB'], addresses: goProxies },
]

/** The default registry and those of scopes (`@name:registry`). */
function npmRegistries(stdout: string): string[] {
  return Object.entries(jsonObject(stdout))
    .filter(([key]) => key === 'registry' || /^@.*:registry$/.test(key))
    .flatMap(([, value]) => (typeof value === 'string' ? [value] : []))
}

/** Lines like `global.extra-index-url='<address> <address>'`. */
function pipSettings(stdout: string): string[] {
  return stdout
    .split('\n')
    .map((line) => /^[^=]*\.(?:extra-)?index-url='(.*)'$/.exec(line)?.[1] ?? '')
    .flatMap(anyAddress)
}

/** The help text states the index that is used where none is configured. */
function pipDefault(stdout: string): string[] {
  const [, address] = /--index-url <url>[^(]*\(default\s+(\S+?)\)/.exec(stdout) ?? []
  return address === undefined ? [] : [address]
}

/** `address,address|direct`, and on the second line the checksum database: a host name, a key, perhaps an address. */
function goProxies(stdout: string): string[] {
  const [proxies = '', sums = ''] = stdout.split('\n')
  const [name = '', address] = words(sums)
  const database = address ?? `https://${name.split('+')[0]}`
  return [...proxies.split(/[,|]/), ...(name === '' || name === 'off' ? [] : [database])]
}

function jsonObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

interface Answer {
  addresses: readonly string[]
  companion?: true | undefined
}

/** The hosts that all answers come to. */
export function hostsOfAnswers(answers: readonly Answer[]): string[] {
  const used = answers.filter(({ companion }) => !companion).flatMap(({ addresses }) => addresses)
  const hosts = hostsOf(used)
  const files = answers
    .filter(
      ({ companion, addresses }) =>
        companion && hostsOf(addresses.slice(0, 1)).some((host) => hosts.includes(host)),
    )
    .flatMap(({ addresses }) => addresses.slice(1))
  return hostsOf([...used, ...files])
}

/** The host names of addresses that are reached over the web, each once, sorted. */
function hostsOf(addresses: readonly string[]): string[] {
  const hosts = addresses
    .map((address) => address.trim().replace(/^sparse\+/, ''))
    .filter((address) => URL.canParse(address))
    .map((address) => new URL(address))
    .filter(({ protocol, hostname }) => /^https?:$/.test(protocol) && hostname !== '')
    .map(({ hostname }) => hostname)
  return [...new Set(hosts)].sort()
}
