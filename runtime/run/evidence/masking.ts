/** Source text with its strings and comments blanked, so that a pattern finds code only. Lengths and lines stay. */

const blank = (text: string) => text.replace(/[^\n]/g, ' ')

/** What is left unterminated is no string: a broken file stays readable after it. */
const PYTHON =
  /#[^\n]*|"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?/g
const GO = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|`[^`]*(?:`|$)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?/g

export const maskPython = (source: string) => source.replace(PYTHON, blank)
export const maskGo = (source: string) => source.replace(GO, blank)
