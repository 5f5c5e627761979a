/** Paths that a message or an output mentions: frames of a stack, places in a compiler's complaint. Pure. */

/** Files of the project in the order in which the text names them, relative to the top level, without line numbers. */
export function framesIn(text: string, top: string): string[] {
  const found = text.matchAll(
    /(?:file:\/\/)?((?:\.{0,2}\/)?[\w@.+~()[\] -]*[\w@+~()[\]-](?:\/[\w@.+~()[\] -]+)*\.\w{1,6})(?=[:(,"'\s)]|$)/gm,
  )
  const paths = [...found].flatMap(([, path = '']) => {
    const words = path.trim().replace(/^.*[\s(](?=[\w./@-]+$)/, '')
    const inside = words.startsWith(`${top}/`) ? words.slice(top.length + 1) : words.replace(/^\.\//, '')
    return inside.startsWith('/') ||
      inside.startsWith('..') ||
      /(^|\/)node_modules\//.test(inside) ||
      inside.startsWith('node:')
      ? []
      : [inside]
  })
  return [...new Set(paths)]
}
