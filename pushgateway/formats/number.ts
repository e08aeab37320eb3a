/** Reads numbers of stored lines, most of which are short. */
import { readFloat } from '#lib/go-number'

const code = (letter: string) => letter.charCodeAt(0)
const zero = code('0')
const minus = code('-')
const point = code('.')

/** So many digits, and the powers of ten beside them, fit a float exactly: one rounding is left. */
const digitsMax = 15
const powers = Array.from({ length: digitsMax + 1 }, (_, i) => Number(`1e${i}`))

/** The number in `bytes` from `start` to before `end`, as `formatValue` writes it. */
export function readNumber(bytes: Buffer, start: number, end: number): number {
  const isNegative = bytes[start] === minus
  const first = isNegative ? start + 1 : start
  if (end - first > digitsMax) return readSlowly(bytes, start, end)
  let mantissa = 0
  let pointAt = end - 1
  for (let at = first; at < end; at++) {
    const digit = (bytes[at] ?? 0) - zero
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit
    else if (bytes[at] === point) pointAt = at
    else return readSlowly(bytes, start, end)
  }
  const value = mantissa / (powers[end - 1 - pointAt] ?? 1)
  return isNegative ? -value : value
}

const readSlowly = (bytes: Buffer, start: number, end: number) =>
  readFloat(bytes.toString('latin1', start, end))
