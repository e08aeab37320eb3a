/** Literals of Go: quoted text, characters and numbers. Undefined where one is not well formed. */
import type { NumberLiteral } from './node.ts'

const simple: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
}

const escapeShape =
  /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|([\s\S]))|\\/g

/** What stands between quotes of the kind `quote`, read. */
export function unquoted(text: string): string | undefined {
  const quote = text[0] ?? ''
  const body = text.slice(1, -1)
  if (quote === '`') return body.replaceAll('\r', '')
  if (!body.includes('\\')) return body
  const bytes: number[] = []
  const encoder = new TextEncoder()
  const add = (plain: string) => {
    for (const byte of encoder.encode(plain)) bytes.push(byte)
  }
  let from = 0
  for (const found of body.matchAll(escapeShape)) {
    add(body.slice(from, found.index))
    from = found.index + found[0].length
    const piece = escaped(found, quote)
    if (piece === undefined) return undefined
    if (typeof piece === 'number') bytes.push(piece)
    else add(piece)
  }
  add(body.slice(from))
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes))
}

/** A number is one byte, which need not be a whole letter. */
function escaped(found: RegExpExecArray, quote: string): string | number | undefined {
  const [, hex, short, long, octal, letter] = found
  if (hex !== undefined) return Number.parseInt(hex, 16)
  if (octal !== undefined) {
    const byte = Number.parseInt(octal, 8)
    return byte > 255 ? undefined : byte
  }
  const code = short ?? long
  if (code !== undefined) return letterOf(Number.parseInt(code, 16))
  return letter === quote ? quote : simple[letter ?? '']
}

function letterOf(code: number): string | undefined {
  const isLetter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
  return isLetter ? String.fromCodePoint(code) : undefined
}

/** `'x'`: its code, which is a whole number to Go. */
export function charCode(text: string): NumberLiteral | undefined {
  const byte = /^'\\(?:x([\da-fA-F]{2})|([0-7]{3}))'$/.exec(text)
  const code =
    byte === null
      ? codeOf(unquoted(text))
      : Number.parseInt(byte[1] ?? byte[2] ?? '', byte[1] === undefined ? 8 : 16)
  return code === undefined ? undefined : whole(BigInt(code))
}

function codeOf(text: string | undefined): number | undefined {
  const letters = [...(text ?? '')]
  return letters.length === 1 ? letters[0]?.codePointAt(0) : undefined
}

const whole = (int: bigint): NumberLiteral => ({
  kind: 'number',
  int,
  float: Number(int),
  isFloat: false,
})

const wholeShapes = [
  /0[xX]_?[\da-fA-F]+(?:_[\da-fA-F]+)*/,
  /0[oO]?_?[0-7]+(?:_[0-7]+)*/,
  /0[bB]_?[01]+(?:_[01]+)*/,
  /0|[1-9]\d*(?:_\d+)*/,
]
const intShape = new RegExp(`^[+-]?(?:${wholeShapes.map(({ source }) => source).join('|')})$`)
const decimalShape =
  /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/
const hexShape =
  /^([+-]?)0[xX]_?([\da-fA-F]*(?:_[\da-fA-F]+)*)\.?([\da-fA-F]*(?:_[\da-fA-F]+)*)[pP]([+-]?\d+)$/

const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n }

export function numberOf(text: string): NumberLiteral | undefined {
  if (intShape.test(text)) {
    const int = intOf(text)
    if (int < int64.min || int > 2n ** 64n - 1n) return floatOf(text, Number(int))
    const fits = int <= int64.max
    return { kind: 'number', int: fits ? int : undefined, float: Number(int), isFloat: false }
  }
  if (decimalShape.test(text)) return floatOf(text, Number(text.replaceAll('_', '')))
  const hex = hexShape.exec(text)
  return hex === null ? undefined : floatOf(text, hexFloat(hex))
}

function intOf(text: string): bigint {
  const sign = text.startsWith('-') ? -1n : 1n
  const digits = text.replace(/^[+-]/, '').replaceAll('_', '')
  const isOldOctal = /^0\d/.test(digits)
  return sign * BigInt(isOldOctal ? `0o${digits.slice(1)}` : digits.toLowerCase())
}

/** A float that is whole may stand for an int; digits without any sign of a float are too big. */
function floatOf(text: string, float: number): NumberLiteral | undefined {
  if (!Number.isFinite(float) || !/[.eEpP]/.test(text)) return undefined
  const isWhole = Number.isInteger(float) && Math.abs(float) < 2 ** 63
  return { kind: 'number', int: isWhole ? BigInt(float) : undefined, float, isFloat: true }
}

function hexFloat([, sign, head = '', tail = '', exponent = '0']: RegExpExecArray): number {
  const digits = (head + tail).replaceAll('_', '')
  if (digits === '') return Number.NaN
  const places = tail.replaceAll('_', '').length
  const size = Number(BigInt(`0x${digits}`)) * 2 ** (Number(exponent) - 4 * places)
  return sign === '-' ? -size : size
}
