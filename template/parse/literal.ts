/** Literals of Go: quoted text, characters and numbers. Undefined where one is not well formed. */
import { unquoteGo } from '#lib/go-text'
import type { NumberLiteral } from './node.ts'

/** What stands between quotes of any kind; bytes that are no text become replacement characters. */
export function unquoted(text: string): string | undefined {
  if (text.startsWith('`')) return text.slice(1, -1).replaceAll('\r', '')
  return unquoteGo(text, (bytes) => bytes.toString('utf8'))
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
