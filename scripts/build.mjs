// Builds dist/, which is committed: the command line, the demo worker, and beside them the libraries that few verbs
// need. Run: npm run build
// With a folder as argument it builds there instead (CI compares). An unchanged bundle is left alone, a changed one
// is swapped in, because workers of this very repository may be running from it.
import { createHash } from 'node:crypto'
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
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const target = resolve(process.argv[2] ?? join(root, 'dist'))
const fresh = mkdtempSync(`${target}.new-`)
chmodSync(fresh, 0o755) // a temporary folder is its maker's alone; an installed bundle is read by anybody

/** Each becomes a file of its own, so that a verb which does without it never reads it. */
const LIBRARIES = ['execa', 'proper-lockfile', 'saxes', 'yaml']
/** Loaded at the first call, although imported at the top, and what the runtime takes from each. A name that is missing here fails the build. */
const LATE = {
  'node:child_process': ['execFileSync', 'spawn'],
  'node:crypto': ['createHash', 'randomUUID'],
  'node:timers/promises': ['setTimeout'],
  yaml: ['LineCounter', 'parseDocument', 'stringify'],
}

/**
 * Our own modules that a hot verb imports and seldom comes to: run at the first call of what they export, with all that
 * they import. Functions only.
 */
const SELDOM = [
  'attempt/alternatives.ts',
  'config/load.ts',
  'io/lock.ts',
  'io/system.ts',
  'worktree/describe.ts',
  'worktree/repository.ts',
].map((path) => join(root, 'runtime', path))

/**
 * What is called most has a bundle of its own: reading the whole was a third of bare node's start (bench/). Each is
 * the command line with only these modules behind its lazy imports; every other word goes to `all`. What stands under
 * `rest` is imported from a file that all share: it is much, and few of their runs come to it.
 */
const QUICK = {
  worker: { words: ['plan', 'begin', 'tick', 'block', 'fail', 'ask', 'done'] },
  status: { words: ['status'], rest: ['status-attend', 'status-watch'] },
  allow: { words: ['hook pre-tool-use'], modules: ['hook', 'hook-allow'] },
  guard: { words: ['hook guard'], modules: ['hook', 'hook-guard'] },
  typed: {
    words: ['hook user-prompt-expansion'],
    modules: ['hook', 'hook-typed', 'status'],
    rest: ['status-attend', 'answer', 'stop', 'output', 'log'],
  },
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

const seldom = {
  name: 'seldom',
  async setup({ onResolve, onLoad }) {
    const exported = await exportedBy(SELDOM)
    onResolve({ filter: /\.ts$/, namespace: 'file' }, ({ kind, path, resolveDir }) =>
      kind === 'import-statement' && SELDOM.includes(resolve(resolveDir, path))
        ? // The bundle names it so, and is the same wherever it is built.
          { path: relative(root, resolve(resolveDir, path)), namespace: 'seldom' }
        : undefined,
    )
    onLoad({ filter: /./, namespace: 'seldom' }, ({ path }) => ({
      contents: exported
        .get(join(root, path))
        .map((name) => forwarded(join(root, path), name))
        .join('\n'),
      resolveDir: dirname(join(root, path)),
    }))
  },
}

/** Of each file the names, by its path. */
async function exportedBy(entryPoints) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: fresh,
    write: false,
    metafile: true,
  })
  return new Map(
    Object.values(metafile.outputs).map(({ entryPoint, exports }) => [join(root, entryPoint), exports]),
  )
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
  // As pathToFileURL of node:url does, which takes a hot verb's time to load.
  banner: {
    js: "const __url='file://'+encodeURI(__filename).replaceAll('?','%3F').replaceAll('#','%23');",
  },
}
const verb = (name) => join(root, 'runtime/verbs', `${name}.ts`)
const rest = [...new Set(Object.values(QUICK).flatMap(({ rest = [] }) => rest))].sort()
const inRest = await exportedBy(rest.map(verb))
const only = (modules, apart) => ({
  name: 'only',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/.*\.ts$/ }, ({ kind, path }) => {
      const name = basename(path, '.ts')
      if (kind !== 'dynamic-import' || modules.includes(name)) return undefined
      if (apart.includes(name)) return { path: name, namespace: 'rest' }
      return { path: `${path} is not in this bundle`, external: true }
    })
    onResolve({ filter: /./, namespace: 'rest' }, ({ path }) => ({ path, external: true }))
    onLoad({ filter: /./, namespace: 'rest' }, ({ path }) => ({
      contents: [
        `const late = require('./rest.cjs')[${JSON.stringify(path)}]`,
        ...inRest.get(verb(path)).map((name) => `export const ${name} = late.${name}`),
      ].join('\n'),
    }))
  },
})
await build({
  ...own,
  stdin: {
    contents: rest.map((name) => `export * as '${name}' from ${JSON.stringify(verb(name))}`).join('\n'),
    resolveDir: root,
  },
  outdir: undefined,
  outfile: join(fresh, 'rest.cjs'),
  plugins: [apart, seldom],
})
await build({
  ...own,
  entryPoints: { all: 'runtime/cli.ts', 'demo-worker': 'runtime/backend/demo-worker.ts' },
  plugins: [apart, seldom],
})
for (const [name, { words, modules = words, rest = [] }] of Object.entries(QUICK))
  await build({
    ...own,
    // A thirtieth of such a verb's start-up. Who traces a fault calls it with DISPATCH_DEV=1, from the sources.
    minifyIdentifiers: true,
    entryPoints: { [name]: 'runtime/cli.ts' },
    plugins: [only(modules, rest), apart, seldom],
  })

/**
 * Each is made a function, as the loader wants it, and all ASCII, which is read faster: what esbuild leaves stands in
 * regular expressions, where an escape means the same.
 */
const hashes = ['all', ...Object.keys(QUICK)].map((name) => {
  const path = join(fresh, `${name}.cjs`)
  const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  const body = readFileSync(path, 'utf8').replace(/[^\0-\x7f]/g, escaped)
  const text = `(function(exports,require,module,__filename,__dirname){${body}})`
  writeFileSync(path, text)
  return [name, createHash('sha256').update(text).digest('hex').slice(0, 12)]
})
const words = Object.entries(QUICK).flatMap(([name, { words }]) => words.map((word) => [word, name]))
const BUNDLES = JSON.stringify({ words: Object.fromEntries(words), hashes: Object.fromEntries(hashes) })
await build({
  ...shared,
  absWorkingDir: root,
  entryPoints: { cli: 'runtime/io/loader.ts', keep: 'runtime/io/keep.ts' },
  define: { BUNDLES },
})
for (const script of ['supervise.sh', 'worker.sh', 'wait.sh', 'identity.sh'])
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
