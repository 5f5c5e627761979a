/** What a description says, as things that can be compared: its words without their endings, and names from the code. Pure. */

/** Words of grammar. What else every review is full of is found by counting: rarity.ts. */
const EMPTY = new Set(
  `a an and any are as at be because been being but by can cannot could do does doing done for from get gets had has have
  here how if in into is it its just like may might more must no nor not of off on once one only or other our out over own
  same should so some such than that the their them then there these they this those through to too under until up use
  used uses using very was we were what when where which while who will with within without would you your via per e.g
  i.e etc`.split(/\s+/),
)

export interface Words {
  /** Stems of the words that carry something. */
  stems: ReadonlySet<string>
  /** Names as they stand in the code, in lower case: `saveUser`, `MAX_SIZE`, `req.body`. */
  names: ReadonlySet<string>
}

export function wordsOf(text: string): Words {
  const names = new Set<string>()
  for (const [, quoted = ''] of text.matchAll(/`([^`]+)`/g))
    for (const name of quoted.split(/[^\w.$]+/)) take(names, name)
  for (const [name] of text.matchAll(
    /\b\w*[a-z][A-Z]\w*\b|\b\w+(?:_\w+)+\b|\b[A-Za-z_]\w*(?=\(\))|\b[a-z]\w*\.[a-z]\w*\b/g,
  ))
    take(names, name)
  const stems = new Set<string>()
  const split = text.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
  for (const [word] of split.matchAll(/[a-z][a-z0-9+]*|\d+/g))
    if (!EMPTY.has(word) && word.length > 1) stems.add(stem(word))
  return { stems, names }
}

function take(names: Set<string>, name: string): void {
  const bare = name.replace(/^\.+|\.+$/g, '')
  // `orders.save` is also what others call `save`.
  for (const part of [bare, ...bare.split('.')])
    if (part.length > 2 && !/^\d+$/.test(part)) names.add(part.toLowerCase())
}

/** Not a dictionary's stem: enough that `validated`, `validates` and `validation` are one. */
export function stem(word: string): string {
  if (word.length < 5) return word.replace(/(?<=[^s])s$/, '')
  return word
    .replace(/(?:ization|isation|izing|ising|ized|ised|izes|ises|ize|ise)$/, 'iz')
    .replace(/(?:ations?|ating|ated|ates|ators?|ate)$/, '')
    .replace(/(?:ions?|ings?|edly|ed|ers?|ors?|ies|ally|ly|ments?|ness|es|s)$/, '')
    .replace(/([b-df-hj-np-tv-z])\1$/, '$1')
    .replace(/[eiy]$/, '')
}

export function common(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let count = 0
  for (const word of one) if (other.has(word)) count += 1
  return count
}

/** Signs of code and of mathematics that have no letters, as words. */
const SIGNS: [RegExp, string][] = [
  [/n ?\+ ?1/g, ' n+1 '],
  [/===/g, ' eqeqeq '],
  [/==/g, ' eqeq '],
  [/\|\|/g, ' oror '],
  [/&&/g, ' ampamp '],
  [/\?\?/g, ' nullish '],
  [/\.\.\//g, ' dotdot '],
]
const NEGATION =
  /^(?:not?|non|never|without|missing|misses|lack\w*|absent|nobody|nothing|none|neither|nor|cannot|forg[eo]t\w*|omit\w*|unless|fails?|absence)$/

/** The words of a text in lower case, in their order; `!` in front of each that negates. */
export function spoken(text: string): string[] {
  let plain = text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/n['’]t\b/g, ' not')
    .toLowerCase()
  for (const [sign, word] of SIGNS) plain = plain.replace(sign, word)
  const joined = text.toLowerCase().match(/[a-z]\w{3,}/g) ?? []
  const words = plain.match(/\d+(?:\.\d+)+|n\+1|i\/o|%w|o\(n|-e\b|[<>]=?|n²|[a-z][a-z0-9]*|\d+/g) ?? []
  return [...words, ...joined].flatMap((word) => (NEGATION.test(word) ? ['!', word] : [word]))
}
