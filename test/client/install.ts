/**
 * Installs exact versions of the real CLIs into the git-ignored `.clients/`, so that the client tests never depend
 * on what a developer happens to have on the PATH. Run it: `npm run clients`
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The client we build for, and the oldest one that a newcomer on Node 20 is silently given by npm. */
export const CURRENT = '2.1.329'
export const OLDEST = '2.1.197'
export const VERSIONS = [CURRENT, OLDEST] as const

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const clients = join(repository, '.clients')

interface Cli {
  package: string
  version: string
  /** The program, below node_modules. */
  program: string
  /** Needs its package's own install script (without it the program is a stub). */
  script?: boolean
}

/**
 * Claude Code as its platform package: it holds the native binary, which needs no Node, whereas the wrapper refuses
 * Node 20 and then npm silently resolves an old release.
 */
const claude = (version: string): Cli => {
  const name = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`
  return { package: name, version, program: `${name}/claude` }
}

const OTHERS = {
  codex: { package: '@openai/codex', version: '0.169.0', program: '.bin/codex' },
  opencode: { package: 'opencode-ai', version: '1.18.33', program: '.bin/opencode', script: true },
  gemini: { package: '@google/gemini-cli', version: '0.61.0', program: '.bin/gemini' },
} satisfies Record<string, Cli>
export type OtherCli = keyof typeof OTHERS

/** The path of an installed client, or undefined. */
export const claudeBinary = (version: string) => installed('claude', claude(version))
/** The path of another vendor's installed CLI, or undefined. */
export const cliBinary = (name: OtherCli) => installed(name, OTHERS[name])

function installed(name: string, cli: Cli): string | undefined {
  const path = programIn(join(clients, `${name}-${cli.version}`), cli)
  return existsSync(path) ? path : undefined
}

const programIn = (prefix: string, { program }: Cli) => join(prefix, 'node_modules', ...program.split('/'))

/** Installs one version unless it is there; a half-finished or concurrent install is never visible. */
function install(name: string, cli: Cli, say: (line: string) => void): void {
  const what = `${name} ${cli.version}`
  if (installed(name, cli) !== undefined) {
    say(`${what}: already in .clients`)
    return
  }
  say(`${what}: installing ${cli.package}@${cli.version} …`)
  mkdirSync(clients, { recursive: true })
  const prefix = mkdtempSync(join(clients, `.installing-${name}-`))
  try {
    // Its own package.json, or npm would take the repository's workspace for the place to install into.
    writeFileSync(join(prefix, 'package.json'), '{"private":true}\n')
    const scripts = cli.script === true ? [] : ['--ignore-scripts']
    const npm = ['i', '--no-save', '--force', '--no-audit', '--no-fund', ...scripts]
    execFileSync('npm', [...npm, `${cli.package}@${cli.version}`], {
      cwd: prefix,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const reported = execFileSync(programIn(prefix, cli), ['--version'], {
      encoding: 'utf8',
      // What a CLI writes at its first run belongs to nobody's home.
      env: { ...process.env, HOME: prefix },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
    if (!reported.includes(cli.version)) throw new Error(`expected ${what}, the program says: ${reported}`)
    publish(prefix, join(clients, `${name}-${cli.version}`))
    say(`${what}: installed (${reported})`)
  } finally {
    rmSync(prefix, { recursive: true, force: true })
  }
}

function publish(prefix: string, target: string): void {
  try {
    renameSync(prefix, target)
  } catch (error) {
    // Another run was first; its copy is as good as ours.
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
  }
}

const debianPackages: Record<string, string> = { bwrap: 'bubblewrap', socat: 'socat', tmux: 'tmux' }

/**
 * Makes sure that what the sandbox (bwrap, socat) and the interactive tests (tmux) need is there; installs it
 * where that is ours to do (root on Debian). Returns what is still missing and says why.
 */
export function ensureSandboxTools(say: (line: string) => void = console.log): string[] {
  const missing = Object.keys(debianPackages).filter((name) => !onPath(name))
  if (missing.length === 0) return []
  const names = missing.map((name) => debianPackages[name] ?? name)
  const refusal = whyNotApt()
  if (refusal !== undefined) {
    say(`missing: ${names.join(', ')} (${refusal}). Install them with the system's package manager.`)
    return missing
  }
  try {
    say(`installing ${names.join(', ')} …`)
    execFileSync('apt-get', ['install', '-y', ...names], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer }
    say(`apt-get install failed: ${stderr?.toString().trim() || String(error)}`)
  }
  return missing.filter((name) => !onPath(name))
}

function whyNotApt(): string | undefined {
  if (process.platform !== 'linux') return `not installed automatically on ${process.platform}`
  if (process.getuid?.() !== 0) return 'not root'
  if (!existsSync('/etc/debian_version') || !readFileSync('/etc/debian_version', 'utf8').trim())
    return 'not Debian'
  return undefined
}

/** Is there an executable of that name on the PATH? */
export function onPath(name: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => folder !== '' && existsSync(join(folder, name)))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const version of VERSIONS) install('claude', claude(version), console.log)
  for (const [name, cli] of Object.entries(OTHERS)) install(name, cli, console.log)
  const missing = ensureSandboxTools()
  if (missing.length > 0) process.exitCode = 1
}
