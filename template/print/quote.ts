/** Text in quotes, as `%q` writes it. */

export function quoted(text: string, { ascii = false } = {}): string {
  return `"${inside(text, '"', ascii)}"`
}

/** A letter in single quotes, by its code. */
export function quotedLetter(code: number, { ascii = false } = {}): string {
  return `'${inside(letterOf(code), "'", ascii)}'`
}

export function letterOf(code: number): string {
  const isLetter = code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
  return isLetter ? String.fromCodePoint(code) : '\ufffd'
}

const escapes = new Map([
  ['\\', '\\\\'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
])

function inside(text: string, quote: string, ascii: boolean): string {
  return [...text]
    .map((letter) =>
      letter === quote ? `\\${quote}` : (escapes.get(letter) ?? shown(letter, ascii)),
    )
    .join('')
}

function shown(letter: string, ascii: boolean): string {
  const code = letter.codePointAt(0) ?? 0
  if (letter === ' ' || (isPrintable(letter) && !(ascii && code > 0x7e))) return letter
  if (code < 0x80) return `\\x${hex(code, 2)}`
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
}

/** Go's `IsPrint`: letters, marks, numbers, punctuation, symbols, and the plain space. */
export const isPrintable = (letter: string) => letter === ' ' || !/[\p{C}\p{Z}]/u.test(letter)

const hex = (code: number, places: number) => code.toString(16).padStart(places, '0')
