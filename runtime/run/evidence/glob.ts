/** Patterns of paths as shells and test runners have them. Pure. */

/** `**` is any folders, `*` is within a name, `{a,b}` and `?` as usual. */
export function globPattern(glob: string): RegExp {
  let source = ''
  let braces = 0
  const plain = glob.replace(/^\.\//, '')
  for (let at = 0; at < plain.length; at += 1) {
    const character = plain.charAt(at)
    if (plain.startsWith('**/', at)) {
      source += '(?:.*/)?'
      at += 2
    } else if (plain.startsWith('**', at)) {
      source += '.*'
      at += 1
    } else if (character === '*') source += '[^/]*'
    else if (character === '?') source += '[^/]'
    else if (character === '{') {
      source += '(?:'
      braces += 1
    } else if (character === '}' && braces > 0) {
      source += ')'
      braces -= 1
    } else if (character === ',' && braces > 0) source += '|'
    else source += character.replace(/[.+^$()|[\]\\{}]/, '\\$&')
  }
  return new RegExp(`^${source}$`)
}
