/**
 * The bundle's first file, `dist/cli.cjs`: finds the file that holds the verb and runs it, where it can with the code
 * that the engine made of it before. Compiling was up to half of what a hot verb cost (docs/adr/0015). Whatever is
 * wrong with what was kept, the verb runs all the same, and it is made anew.
 */
import { readFileSync } from 'node:fs'
import { Script } from 'node:vm'
import { compiledFolder, compiledName, isDue, readCompiled } from './compiled.ts'

/** Put in by the build: which file holds which words, and a hash of each file. */
declare const BUNDLES: { words: Record<string, string>; hashes: Record<string, string> }

const [word = '', event = ''] = process.argv.slice(2)
const holding = (words: string) => (Object.hasOwn(BUNDLES.words, words) ? BUNDLES.words[words] : undefined)
const bundle = holding(word) ?? holding(`${word} ${event}`) ?? 'all'

const folder = compiledFolder(process.env)
const flags = [process.env.NODE_OPTIONS ?? '', ...process.execArgv]
const name = compiledName(`${bundle}-${BUNDLES.hashes[bundle]}`, flags)
const kept = folder === undefined ? undefined : readCompiled(folder, name)

const filename = `${__dirname}/${bundle}.cjs`
// The file is a function of what a module is given, and all ASCII: the build sees to both.
const script = new Script(readFileSync(filename, 'latin1'), {
  filename,
  ...(kept === undefined ? {} : { cachedData: kept.code }),
})
const of = { exports: {} }
script.runInThisContext()(of.exports, require, of, filename, __dirname)

const usable = script.cachedDataRejected === true ? undefined : kept
const made = usable?.made ?? 0
if (folder !== undefined && isDue(made))
  process.once('exit', () => {
    const { keep }: typeof import('./keep.ts') = require(`${__dirname}/keep.cjs`)
    const code = script.createCachedData()
    // A long run forgets what it did not need for a while.
    const more = usable === undefined || code.length > usable.code.length ? code : usable.code
    keep(folder, name, { code: more, made: made + 1 })
  })
