/** Which files are the same, or one inside of the other. Pure; paths as `plainPath` leaves them. */

/** A folder and what is in it cannot be changed by two at once either. */
export const overlaps = (one: string, other: string) =>
  one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`)

/** `src/**` names nothing that could be compared. */
export const isPattern = (path: string) => /[*?{}[\]]/.test(path)

/** The path itself, then every folder that it is in, nearest first. */
export function withFolders(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, n) => parts.slice(0, parts.length - n).join('/'))
}
