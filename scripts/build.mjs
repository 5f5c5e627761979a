// Builds dist/, which is committed: the command line, the demo worker, and beside them the libraries that few verbs
// need. Run: npm run build
// With a folder as argument it builds there instead (CI compares). An unchanged bundle is left alone, a changed one
// is swapped in, because workers of this very repository may be running from it.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const target = resolve(process.argv[2] ?? join(root, 'dist'))
const fresh = mkdtempSync(`${target}.new-`)
chmodSync(fresh, 0o755) // a temporary folder is its maker's alone; an installed bundle is read by anybody

/** Each becomes a file of its own, so that a verb which does without it never reads it. */
const LIBRARIES = ['execa', 'proper-lockfile', 'yaml']
/** Loaded at the first call, although imported at the top, and what the runtime takes from each. A name that is missing here fails the build. */
const LATE = {
  'node:child_process': ['execFileSync', 'spawn'],
  'node:crypto': ['createHash', 'randomUUID'],
  yaml: ['LineCounter', 'parseDocument', 'stringify'],
}

/**
 * What is called most has a bundle of its own: reading the whole was a third of bare node's start (bench/). Each is
 * the command line with only these modules behind its lazy imports; every other word goes to `all`.
 */
const QUICK = {
  worker: { words: ['plan', 'begin', 'tick', 'block', 'fail', 'ask', 'done'] },
  status: { words: ['status'] },
  allow: { words: ['hook pre-tool-use'], modules: ['hook', 'hook-allow'] },
}

const shared = {
  outdir: fresh,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  // Half of a hot verb's start-up was the loader of ECMAScript modules and its many small files (bench/).
  format: 'cjs',
  supported: { 'dynamic-import': false },
  platform: 'node',
  target: 'node20.19',
  // Names in stack traces stay; what a reader of a bug report needs is worth the kilobytes.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
}

const apart = {
  name: 'apart',
  setup({ onResolve, onLoad }) {
    const exactly = (names) => new RegExp(`^(${names.join('|')})$`)
    onResolve({ filter: exactly(LIBRARIES) }, ({ path, namespace }) =>
      path in LATE && namespace !== 'late'
        ? { path, namespace: 'late' }
        : { path: `./${path}.cjs`, external: true },
    )
    onResolve({ filter: exactly(Object.keys(LATE)), namespace: 'file' }, ({ path }) => ({
      path,
      namespace: 'late',
    }))
    onLoad({ filter: /./, namespace: 'late' }, ({ path }) => ({
      contents: LATE[path].map((name) => forwarded(path, name)).join('\n'),
    }))
  },
}

const forwarded = (module, name) =>
  `export function ${name}(...given) {
    const late = require(${JSON.stringify(module)}).${name}
    return new.target ? new late(...given) : late(...given)
  }`

await build({
  ...shared,
  absWorkingDir: join(root, 'runtime'),
  entryPoints: Object.fromEntries(LIBRARIES.map((name) => [name, name])),
})
const own = {
  ...shared,
  absWorkingDir: root,
  define: { 'import.meta.url': '__url' },
  banner: { js: "const __url=require('node:url').pathToFileURL(__filename).href;" },
}
const only = (modules) => ({
  name: 'only',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/.*\.ts$/ }, ({ kind, path }) =>
      kind !== 'dynamic-import' || modules.includes(basename(path, '.ts'))
        ? undefined
        : { path: `${path} is not in this bundle`, external: true },
    )
  },
})
await build({
  ...own,
  entryPoints: { all: 'runtime/cli.ts', 'demo-worker': 'runtime/backend/demo-worker.ts' },
  plugins: [apart],
})
for (const [name, { words, modules = words }] of Object.entries(QUICK))
  await build({ ...own, entryPoints: { [name]: 'runtime/cli.ts' }, plugins: [only(modules), apart] })

const quick = Object.entries(QUICK).flatMap(([name, { words }]) =>
  words.map((word) => [word, `./${name}.cjs`]),
)
writeFileSync(
  join(fresh, 'cli.cjs'),
  `// Which bundle holds the verb: see scripts/build.mjs
const quick = new Map(${JSON.stringify(quick)})
const [word, event] = process.argv.slice(2)
require(quick.get(word) ?? quick.get(\`\${word} \${event}\`) ?? './all.cjs')
`,
)
for (const script of ['supervise.sh', 'worker.sh', 'identity.sh'])
  copyFileSync(join(root, 'runtime/attempt', script), join(fresh, script))

const contents = (folder) =>
  readdirSync(folder)
    .sort()
    .map((name) => `${name}\n${readFileSync(join(folder, name), 'utf8')}`)
    .join('\0')
if (existsSync(target) && contents(target) === contents(fresh)) rmSync(fresh, { recursive: true })
else {
  const old = `${fresh}.old`
  if (existsSync(target)) renameSync(target, old)
  renameSync(fresh, target)
  rmSync(old, { recursive: true, force: true })
}
