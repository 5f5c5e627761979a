/**
 * What the corpus runs with and npm does not install: jest in the git-ignored `.clients/`, pytest and Go from the
 * system's packages where that is ours to do. Run it: `npm run runners`
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const JEST = '30.5.2'
const clients = fileURLToPath(new URL('../../.clients', import.meta.url))
export const jestModules = join(clients, `jest-${JEST}`, 'node_modules')

/** A half-finished install is never visible. */
function installJest(): void {
  if (existsSync(jestModules)) {
    console.log(`jest ${JEST}: already in .clients`)
    return
  }
  mkdirSync(clients, { recursive: true })
  const prefix = mkdtempSync(join(clients, '.installing-jest-'))
  try {
    writeFileSync(join(prefix, 'package.json'), '{"private":true}\n')
    const words = ['i', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', `jest@${JEST}`]
    execFileSync('npm', words, { cwd: prefix, stdio: ['ignore', 'ignore', 'inherit'] })
    if (!existsSync(jestModules)) renameSync(prefix, dirname(jestModules))
    console.log(`jest ${JEST}: installed`)
  } finally {
    rmSync(prefix, { recursive: true, force: true })
  }
}

const PACKAGES = [
  { name: 'python3-pytest', works: ['python3', '-m', 'pytest', '--version'] },
  { name: 'golang-go', works: ['go', 'version'] },
]

/** Returns the packages that are still missing. */
function installPackages(): string[] {
  const runs = ({ works: [program = '', ...args] }: (typeof PACKAGES)[number]) =>
    spawnSync(program, args, { stdio: 'ignore' }).status === 0
  const missing = PACKAGES.filter((each) => !runs(each))
  if (missing.length === 0) return []
  const names = missing.map(({ name }) => name)
  const debian =
    existsSync('/etc/debian_version') && readFileSync('/etc/debian_version', 'utf8').trim() !== ''
  if (!debian || process.getuid?.() !== 0) {
    console.log(
      `missing: ${names.join(', ')} (not root on Debian). Install them with the system's package manager.`,
    )
    return names
  }
  console.log(`installing ${names.join(', ')} …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const got = spawnSync('apt-get', ['install', '-y', ...names], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  })
  if (got.status !== 0) console.log(`apt-get ended with ${got.status}`)
  return missing.filter((each) => !runs(each)).map(({ name }) => name)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  installJest()
  if (installPackages().length > 0) process.exitCode = 1
}
