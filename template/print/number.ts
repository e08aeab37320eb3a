/** Numbers and quoted text as Go writes them. */

/** The shortest text that reads back as the same number; exponents from 1e+06 and below 1e-04. */
export function formatShortest(number: number): string {
  if (!Number.isFinite(number)) return notFinite(number)
  const [mantissa = '', exponent = ''] = number.toExponential().split('e')
  return general(signed(number, mantissa), Number(exponent), 6)
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
  if (precision === 'shortest') {
    const [mantissa = '', exponent = ''] = number.toExponential().split('e')
    return signed(number, mantissa) + exponentText(Number(exponent))
  }
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

/** `%q` of text. */
export function quoteText(text: string): string {
  const body = [...text].map((letter) => escapes.get(letter) ?? escaped(letter)).join('')
  return `"${body}"`
}

/** Digits beyond the asked ones that decide whether a half is exactly a half. */
const guardDigits = 30

const escapes = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
])

function escaped(letter: string): string {
  if (letter === ' ' || !/[\p{C}\p{Z}]/u.test(letter)) return letter
  const code = letter.codePointAt(0) ?? 0
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`
  return code <= 0xffff
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`
}

function notFinite(number: number): string {
  if (Number.isNaN(number)) return 'NaN'
  return number > 0 ? '+Inf' : '-Inf'
}

const isNegative = (number: number) => number < 0 || Object.is(number, -0)

/** `toExponential` drops the sign of a negative zero, Go keeps it. */
const signed = (number: number, mantissa: string) =>
  Object.is(number, -0) ? `-${mantissa}` : mantissa

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

function exponentText(exponent: number): string {
  return `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

const trimZeros = (mantissa: string) =>
  mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa
