/**
 * Writes what an older format comes to today into the file itself: comments stay or move to what stands there now, the
 * old file is kept beside it, and what could not be read back as the same is not written.
 */
import { isDeepStrictEqual } from 'node:util'
import { DispatchError, EXIT } from '../io/errors.ts'
import { publish } from '../io/publishing.ts'
import { readIfThere } from '../io/reading.ts'
import { parseYamlDocument } from '../io/yaml.ts'
import { isEmptyAt, makeMapping, printDocument, putComments, takePair } from './document.ts'
import { changeText } from './edit.ts'
import { type ConfigDocument, type Parsed, parseConfig } from './load.ts'
import { isMapping } from './schema.ts'

interface Migrated {
  /** One sentence each; empty where there was nothing to do. */
  says: string[]
  /** The text as it is (or would be) afterwards. */
  text: string
  /** Where the old file lies; undefined where nothing was written. */
  backup: string | undefined
}

/** @param dry only say what would be changed */
export async function migrateConfig(home: string, { dry }: { dry: boolean }): Promise<Migrated> {
  let done: Migrated = { says: [], text: '', backup: undefined }
  await changeText(home, (text = '', path) => {
    const { old } = parseConfig(text, path)
    if (old.length === 0) return undefined
    const migrated = migrateText(text, path)
    const says = old.flatMap((part) => part.says.map((sentence) => `line ${part.line}: ${sentence}`))
    done = { says, text: migrated, backup: dry ? undefined : keepOld(path, text) }
    return dry ? undefined : migrated
  })
  return done
}

export function migrateText(text: string, path: string): string {
  const before = parseConfig(text, path)
  const document = parseYamlDocument(text, path)
  for (const { from, to } of before.old) {
    const taken = takePair(document, from)
    for (const { keys, value } of to) {
      for (let depth = 1; depth < keys.length; depth++) makeMapping(document, path, keys.slice(0, depth))
      document.setIn(keys, document.createNode(value, { flow: !isMapping(value) || isShort(value) }))
    }
    if (taken !== undefined) putComments(document, taken, to[0]?.keys)
    dropEmpty(document, from.slice(0, -1))
  }
  const migrated = printDocument(document, text)
  if (isDeepStrictEqual(meaning(parseConfig(migrated, path)), meaning(before))) return migrated
  throw new DispatchError(EXIT.bug, {
    what: 'the migrated configuration would not mean the same, so it was not written',
    where: path,
  })
}

/** Fits a line. */
const isShort = (value: object) => JSON.stringify(value).length <= 60

/** Without what a migration is there to change: that it is old, and settings that say nothing. */
function meaning({ old: _, backends, ...rest }: Parsed) {
  const said = [...backends].filter(
    ([, { env, ...settings }]) =>
      Object.keys(env).length > 0 || Object.values(settings).some((value) => value !== undefined),
  )
  return { ...rest, backends: new Map(said) }
}

/** A section that has nothing left goes, too; its comments stay. */
function dropEmpty(document: ConfigDocument, keys: readonly string[]): void {
  if (keys.length === 0 || !isEmptyAt(document, keys)) return
  const taken = takePair(document, keys)
  if (taken !== undefined) putComments(document, taken)
  dropEmpty(document, keys.slice(0, -1))
}

/** The first free name; the same text is not kept twice. */
function keepOld(path: string, text: string): string {
  for (let n = 1; ; n++) {
    const backup = n === 1 ? `${path}.old` : `${path}.old.${n}`
    if (readIfThere(backup) === text || publish(backup, text, 0o600)) return backup
  }
}
