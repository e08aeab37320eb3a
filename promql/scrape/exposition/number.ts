/** Numbers of an exposition, read from its bytes; the common ones without a text being made. */
import { parseGoFloat } from '#lib/go-number'

const zero = 0x30
const plus = 0x2b
const minus = 0x2d
const dot = 0x2e
const smallE = 0x65
const largeE = 0x45

/** Whole numbers of so many digits are exact, and so is one power of ten of them. */
const exactDigits = 15
const exactPower = 22
const powers = Float64Array.from({ length: exactPower + 1 }, (_, power) => 10 ** power)

/** The number that stands from `from` to `to`, as Go reads it; undefined: it is none. */
export function readNumber(bytes: Buffer, from: number, to: number): number | undefined {
  const first = bytes[from]
  const start = first === minus || first === plus ? from + 1 : from
  const dotAt = digitsEnd(bytes, start, to)
  const hasDot = dotAt < to && bytes[dotAt] === dot
  const end = hasDot ? digitsEnd(bytes, dotAt + 1, to) : dotAt
  const decimals = hasDot ? end - dotAt - 1 : 0
  const digits = dotAt - start + decimals
  if (digits === 0 || digits > exactDigits) return readAny(bytes, from, to)
  const exponent = end === to ? 0 : readExponent(bytes, end, to)
  if (exponent === undefined) return readAny(bytes, from, to)
  const power = exponent - decimals
  if (power > exactPower || power < -exactPower) return readAny(bytes, from, to)
  const whole = readWhole(bytes, start, end)
  const value = power < 0 ? whole / (powers[-power] ?? 1) : whole * (powers[power] ?? 1)
  return first === minus ? -value : value
}

function digitsEnd(bytes: Buffer, from: number, to: number): number {
  let at = from
  while (at < to && isDigit(bytes[at])) at++
  return at
}

/** Digits, among which a dot may stand. */
function readWhole(bytes: Buffer, from: number, to: number): number {
  let whole = 0
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] ?? 0) - zero
    if (digit >= 0) whole = whole * 10 + digit
  }
  return whole
}

const isDigit = (byte: number | undefined) => byte !== undefined && byte >= zero && byte <= zero + 9

/** Of one or two digits; undefined: it is longer, or something else stands there. */
function readExponent(bytes: Buffer, from: number, to: number): number | undefined {
  const mark = bytes[from]
  if (mark !== smallE && mark !== largeE) return undefined
  const sign = bytes[from + 1]
  const start = sign === minus || sign === plus ? from + 2 : from + 1
  if (to - start < 1 || to - start > 2) return undefined
  if (digitsEnd(bytes, start, to) < to) return undefined
  const exponent = readWhole(bytes, start, to)
  return sign === minus ? -exponent : exponent
}

const readAny = (bytes: Buffer, from: number, to: number) =>
  parseGoFloat(bytes.toString('latin1', from, to))
