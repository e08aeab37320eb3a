/** Names beyond letters, digits and `_`: how they are written for those who take no others. */

export const escapings = ['allow-utf-8', 'underscores', 'dots', 'values'] as const

/** As clients name it in `Accept`; the first leaves names as they are. */
export type Escaping = (typeof escapings)[number]

/** A colon is a letter in names of metrics only. */
export type NameKind = 'label' | 'metric'

const plain = {
  label: /^[a-zA-Z_][a-zA-Z0-9_]*$/,
  metric: /^[a-zA-Z_:][a-zA-Z0-9_:]*$/,
} as const

/** Whether a name can stand without quotes. */
export function isPlain(name: string, kind: NameKind): boolean {
  return plain[kind].test(name)
}

/** Several names may become the same, but for `values`. */
export function escapeName(name: string, kind: NameKind, escaping: Escaping): string {
  if (escaping === 'allow-utf-8' || name === '') return name
  if (escaping === 'dots') return eachLetter(name, kind, dotted)
  if (isPlain(name, kind)) return name
  if (escaping === 'underscores') return eachLetter(name, kind, () => '_')
  return `U__${eachLetter(name, kind, encoded)}`
}

/** Each letter that a name cannot have where it stands, and `_`, goes through `replace`. */
function eachLetter(name: string, kind: NameKind, replace: (letter: string) => string): string {
  let text = ''
  for (const letter of name) {
    const isFirst = text === ''
    const fits = isPlain(isFirst ? letter : `a${letter}`, kind)
    text += fits && letter !== '_' ? letter : replace(letter)
  }
  return text
}

const dotted = (letter: string) => (letter === '.' ? '_dot_' : '__')

function encoded(letter: string): string {
  return letter === '_' ? '__' : `_${(letter.codePointAt(0) ?? 0xfffd).toString(16)}_`
}

/** What `values` has written, as it was; any other text as it is. */
export function decodeName(text: string): string {
  if (!text.startsWith('U__')) return text
  const rest = text.slice(3)
  if (!/^(?:[^_]|__|_[0-9a-fA-F]{1,6}_)*$/.test(rest)) return text
  const points = [...rest.matchAll(/_([0-9a-fA-F]{1,6})_/g)].map(([, digits]) =>
    Number(`0x${digits}`),
  )
  if (!points.every(isLetter)) return text
  return rest.replace(/__|_([0-9a-fA-F]{1,6})_/g, (_, digits?: string) =>
    digits === undefined ? '_' : String.fromCodePoint(Number(`0x${digits}`)),
  )
}

/** Half of a pair of UTF-16 stands for nothing. */
function isLetter(point: number): boolean {
  return point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)
}
