/** Text between quotes, as Go writes and reads it. */

const letters = ['a\x07', 'b\b', 'f\f', 'n\n', 'r\r', 't\t', 'v\v', '\\\\']
const meanings = new Map(letters.map(([name = '', letter = '']) => [name, letter]))
const names = new Map(letters.map(([name = '', letter = '']) => [letter, name]))

/** `%q` of a text; `ascii`: `%+q`. */
export function quoteGo(text: string, { ascii = false } = {}): string {
  return `"${inside(text, '"', ascii)}"`
}

/** `%q` of a letter or a byte. */
export function quoteGoLetter(letter: string, { ascii = false } = {}): string {
  return `'${inside(letter, "'", ascii)}'`
}

const isLetter = (code: number) => code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)

export const letterOf = (code: number) => (isLetter(code) ? String.fromCodePoint(code) : '\ufffd')

function inside(text: string, quote: string, ascii: boolean): string {
  return text.replace(ascii ? beyondAscii : special, (letter) => {
    if (letter === '"' || letter === "'") return letter === quote ? `\\${letter}` : letter
    const name = names.get(letter)
    return name === undefined ? escaped(letter) : `\\${name}`
  })
}

const special = /["'\\]|[^\P{C} ]|[^\P{Z} ]/gu
const beyondAscii = /["'\\]|[^ -~]/gu

/** Go's `IsPrint`: letters, marks, numbers, punctuation, symbols, and the plain space. */
export const isPrintable = (letter: string) => letter === ' ' || !/[\p{C}\p{Z}]/u.test(letter)

function escaped(letter: string): string {
  const code = letter.codePointAt(0) ?? 0
  if (isByte(code)) return `\\x${hex(code - byteHalf, 2)}`
  if (code < 0x80) return `\\x${hex(code, 2)}`
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
}

const hex = (code: number, places: number) => code.toString(16).padStart(places, '0')

/**
 * What a text in quotes holds; undefined where an escape is none of Go's. Escapes may give bytes
 * that are no UTF-8: `decode` says what becomes of them.
 */
export function unquoteGo(
  quoted: string,
  decode: (bytes: Buffer) => string | undefined,
): string | undefined {
  const quote = quoted[0] ?? ''
  const body = quoted.slice(1, -1)
  if (quote === '`' || !body.includes('\\')) return body
  const pieces: Buffer[] = []
  let from = 0
  for (const found of body.matchAll(escapes)) {
    const piece = bytesOf(found, quote)
    if (piece === undefined) return undefined
    pieces.push(Buffer.from(body.slice(from, found.index)), piece)
    from = found.index + found[0].length
  }
  return decode(Buffer.concat([...pieces, Buffer.from(body.slice(from))]))
}

const escapes = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|([\s\S]?))/g

function bytesOf(found: RegExpExecArray, quote: string): Buffer | undefined {
  const [, hex, short, long, octal, letter] = found
  if (hex !== undefined) return Buffer.of(Number.parseInt(hex, 16))
  if (octal !== undefined) {
    const byte = Number.parseInt(octal, 8)
    return byte > 0xff ? undefined : Buffer.of(byte)
  }
  const code = short ?? long
  const plain = code === undefined ? named(letter ?? '', quote) : pointed(Number.parseInt(code, 16))
  return plain === undefined ? undefined : Buffer.from(plain)
}

const named = (letter: string, quote: string) => (letter === quote ? quote : meanings.get(letter))

const pointed = (code: number) => (isLetter(code) ? String.fromCodePoint(code) : undefined)

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Undefined where the bytes are no UTF-8. */
export function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined
  }
}

/** Half of a pair, which no text has alone: from here on stand the bytes that are no UTF-8. */
const byteHalf = 0xdc00
const isByte = (code: number) => code >= byteHalf + 0x80 && code <= byteHalf + 0xff

/** The bytes that are no UTF-8 are kept, and `quoteGo` writes them as it found them. */
export function decodeKeepingBytes(bytes: Uint8Array): string {
  const whole = decodeStrictly(bytes)
  if (whole !== undefined) return whole
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
    const letter = decodeStrictly(bytes.subarray(at, at + length))
    text += letter ?? String.fromCharCode(byteHalf + lead)
    at += letter === undefined ? 1 : length
  }
  return text
}
