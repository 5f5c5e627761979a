/** Names of tests: as a file has them, as the runner says them, as a report says them. Pure. */
import type { TestCase, Written } from './runner.ts'

/** Whether this case is that test, or one of several that it makes (parameters, subtests, a computed name). */
export function isCaseOf(written: Written, name: string): boolean {
  if (written.name === '') return false
  if (written.dynamic) return pattern(written.name).test(name)
  if (name === written.name) return true
  return (
    name.startsWith(`${written.name}[`) ||
    name.startsWith(`${written.name}/`) ||
    // A describe that a helper opens is not seen in the text.
    name.endsWith(` > ${written.name}`)
  )
}

const pattern = (name: string) =>
  new RegExp(
    `(?:^|> )${name
      .split('*')
      .map((part) => part.replace(/[.+^${}()|[\]\\?]/g, '\\$&'))
      .join('[\\s\\S]*')}$`,
  )

/** A file's tests with the text of each; where the runner's reader gives none, the lines up to the next test. */
export function withText(written: readonly Written[], source: string): Written[] {
  const lines = source.split('\n')
  const starts = written.map(({ line }) => line).sort((a, b) => a - b)
  return written.map((each) => {
    if (each.text !== undefined) return each
    const end = starts.find((line) => line > each.line) ?? lines.length + 1
    return {
      ...each,
      text: lines
        .slice(each.line - 1, end - 1)
        .join('\n')
        .trim(),
    }
  })
}

/** Tests that are not the same, by name and text, in an earlier version of the file. */
export const newOnes = (now: readonly Written[], before: readonly Written[]): Written[] =>
  now.filter(({ name, text }) => name !== '' && !before.some((old) => old.name === name && old.text === text))

/** Whether a case belongs to a test that was there before and is unchanged. */
export const isOld = (name: string, now: readonly Written[], fresh: readonly Written[]): boolean =>
  now.some((each) => !fresh.includes(each) && isCaseOf(each, name)) &&
  !fresh.some((each) => isCaseOf(each, name))

/** Reports name a test with or without its describes, joined in some way. */
export function isNamed(reported: string, names: readonly string[]): boolean {
  const plain = (text: string) => text.replace(/\s*(?:[>›»:/]+|\s)\s*/g, ' ').trim()
  const wanted = plain(reported)
  return names.some((name) => {
    const given = plain(name)
    return (
      given === wanted ||
      given.endsWith(` ${wanted}`) ||
      wanted.endsWith(` ${given}`) ||
      given.startsWith(`${wanted} `) ||
      (name.includes('*') && pattern(plain(name)).test(wanted)) ||
      plain(name.replace(/\[.*\]$/, '')) === wanted
    )
  })
}

/** `a > b`, in quotes, short enough for a sentence. */
export const quoted = ({ file, name }: Pick<TestCase, 'file' | 'name'>) =>
  `${file}: the test "${name.length > 160 ? `${name.slice(0, 160)}…` : name}"`
