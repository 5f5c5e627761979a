/**
 * Installs exact versions of the real Claude Code client into the git-ignored `.clients/`, so that the
 * client tests never depend on what a developer happens to have on the PATH.
 *
 * Run it: `npx tsx test/client/install.ts`
 *
 * The platform packages are installed rather than `@anthropic-ai/claude-code`: they hold the native binary,
 * which needs no Node, whereas the wrapper refuses Node 20 and then npm silently resolves an old release.
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
const platformPackage = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`

/** The path of an installed client, or undefined. */
export function claudeBinary(version: string): string | undefined {
  const path = binaryIn(join(clients, `claude-${version}`))
  return existsSync(path) ? path : undefined
}

function binaryIn(prefix: string): string {
  return join(prefix, 'node_modules', ...platformPackage.split('/'), 'claude')
}

/** Installs one version unless it is there; a half-finished or concurrent install is never visible. */
export function installClaude(version: string, say: (line: string) => void = console.log): string {
  const present = claudeBinary(version)
  if (present !== undefined) {
    say(`claude ${version}: already in .clients`)
    return present
  }
  say(`claude ${version}: installing ${platformPackage}@${version} …`)
  mkdirSync(clients, { recursive: true })
  const prefix = mkdtempSync(join(clients, `.installing-${version}-`))
  try {
    // Its own package.json, or npm would take the repository's workspace for the place to install into.
    writeFileSync(join(prefix, 'package.json'), '{"private":true}\n')
    const npm = ['i', '--no-save', '--force', '--no-audit', '--no-fund', `${platformPackage}@${version}`]
    execFileSync('npm', npm, { cwd: prefix, stdio: ['ignore', 'ignore', 'pipe'] })
    const reported = execFileSync(binaryIn(prefix), ['--version'], { encoding: 'utf8' }).trim()
    if (!reported.startsWith(version))
      throw new Error(`expected claude ${version}, the binary says: ${reported}`)
    publish(prefix, join(clients, `claude-${version}`))
    say(`claude ${version}: installed (${reported})`)
  } finally {
    rmSync(prefix, { recursive: true, force: true })
  }
  const installed = claudeBinary(version)
  if (installed === undefined) throw new Error(`claude ${version} is not at ${binaryIn('.clients')}`)
  return installed
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
  for (const version of VERSIONS) installClaude(version)
  const missing = ensureSandboxTools()
  if (missing.length > 0) process.exitCode = 1
}
