/** Floats as Go writes and reads them. */

/**
 * The shortest text that reads back as the same number, as `%v` gives it: with an exponent from
 * 1e+06 on and below 1e-04.
 */
export function formatShortest(number: number): string {
  const size = Math.abs(number)
  if (size >= 1e-4 && size < 1e6) return String(number)
  if (size === 0) return Object.is(number, -0) ? '-0' : '0'
  return Number.isFinite(number) ? twoDigits(number.toExponential()) : notFinite(number)
}

/** `%.<precision>g`: that many significant digits, without trailing zeros. */
export function formatSignificant(number: number, precision: number): string {
  if (!Number.isFinite(number)) return notFinite(number)
  const kept = Math.max(1, precision)
  const { mantissa, exponent } = rounded(number, kept - 1)
  return general(trimZeros(mantissa), exponent, kept)
}

/** `%.<precision>e`, or as many digits as the number needs. */
export function formatExponent(number: number, precision: number | 'shortest'): string {
  if (!Number.isFinite(number)) return notFinite(number)
  if (precision === 'shortest')
    return twoDigits(`${Object.is(number, -0) ? '-' : ''}${number.toExponential()}`)
  const { mantissa, exponent } = rounded(number, precision)
  return mantissa + exponentText(exponent)
}

/** `%.<precision>f`: halves go to the even neighbour, where JavaScript's `toFixed` goes up. */
export function formatFixed(number: number, precision: number): string {
  if (!Number.isFinite(number)) return notFinite(number)
  const sign = isNegative(number) ? '-' : ''
  const size = Math.abs(number)
  const exact = size < 1e21 ? size.toFixed(precision + guardDigits) : `${BigInt(size)}.`
  const [whole = '0', fraction = ''] = exact.split('.')
  const digits = halfToEven(whole + fraction.padEnd(precision + guardDigits, '0'), {
    keep: whole.length + precision,
  })
  const cut = digits.length - precision
  return sign + digits.slice(0, cut) + (precision > 0 ? `.${digits.slice(cut)}` : '')
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const infinite = /^[+-]?inf(?:inity)?$/i

/** What Go's `ParseFloat` takes of decimal notation; undefined where it refuses. */
export function parseGoFloat(text: string): number | undefined {
  const whole = shortWhole(text)
  if (whole >= 0) return whole
  if (decimal.test(text)) {
    const value = Number(text)
    return Number.isFinite(value) ? value : undefined
  }
  if (infinite.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  return /^nan$/i.test(text) ? Number.NaN : undefined
}

/** A few digits and nothing else, as most values are; -1 where it is not that. */
function shortWhole(text: string): number {
  if (text.length === 0 || text.length > 9) return -1
  let value = 0
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return -1
    value = 10 * value + digit
  }
  return value
}

/** What Go wrote of a float, read back. */
export function readFloat(text: string): number {
  if (text === '+Inf') return Infinity
  return text === '-Inf' ? -Infinity : Number(text)
}

/** Digits beyond the asked ones that decide whether a half is exactly a half. */
const guardDigits = 30

function notFinite(number: number): string {
  if (Number.isNaN(number)) return 'NaN'
  return number > 0 ? '+Inf' : '-Inf'
}

const isNegative = (number: number) => number < 0 || Object.is(number, -0)

function rounded(number: number, decimals: number): { mantissa: string; exponent: number } {
  const guarded = Math.min(100, decimals + guardDigits)
  const [mantissa = '', exponent = ''] = Math.abs(number).toExponential(guarded).split('e')
  const digits = halfToEven(mantissa.replace('.', ''), { keep: decimals + 1 })
  const carried = digits.length - (decimals + 1)
  const kept = digits.slice(0, decimals + 1)
  const text = decimals > 0 ? `${kept[0]}.${kept.slice(1)}` : kept
  return {
    mantissa: isNegative(number) ? `-${text}` : text,
    exponent: Number(exponent) + carried,
  }
}

/** Rounds a row of digits to its first `keep`; the result is one longer where a carry ran out. */
function halfToEven(digits: string, { keep }: { keep: number }): string {
  const head = BigInt(digits.slice(0, keep) || '0')
  const tail = digits.slice(keep)
  const half = `5${'0'.repeat(Math.max(0, tail.length - 1))}`
  const isUp = tail > half || (tail === half && head % 2n === 1n)
  return (isUp ? head + 1n : head).toString().padStart(keep, '0')
}

function general(mantissa: string, exponent: number, threshold: number): string {
  const sign = mantissa.startsWith('-') ? '-' : ''
  const digits = mantissa.replace(/[-.]/g, '')
  if (exponent < -4 || exponent >= threshold) return mantissa + exponentText(exponent)
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  const fraction = digits.slice(exponent + 1)
  return sign + whole + (fraction === '' ? '' : `.${fraction}`)
}

/** JavaScript has no zero before an exponent of one digit, and no sign before zero. */
const twoDigits = (text: string) => text.replace(/e([+-])(\d)$/, 'e$10$2')

function exponentText(exponent: number): string {
  return `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

const trimZeros = (mantissa: string) =>
  mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa
