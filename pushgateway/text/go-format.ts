/** Numbers and quotes as Go writes them: `le` and `quantile` are part of a series' identity. */

/** Go's `strconv.FormatFloat(value, 'g', -1, 64)`, but zero always `0`, as Prometheus shows it. */
export function formatGoFloat(value: number): string {
  if (value > 0 && value < 1e6) return value >= 1e-4 ? String(value) : exponential(value)
  if (Number.isNaN(value)) return 'NaN'
  if (value === Infinity) return '+Inf'
  if (value === -Infinity) return '-Inf'
  const size = Math.abs(value)
  if (size === 0) return '0'
  return size >= 1e-4 && size < 1e6 ? String(value) : exponential(value)
}

function exponential(value: number): string {
  const [mantissa, exponent = '+0'] = value.toExponential().split('e')
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`
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

const named: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}

/** Go's `%q` of a text; what is no text in UTF-8 shows as replacement characters. */
export function quoteGo(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the point.
  const body = text.replace(/["\\\u0000-\u001f\u007f]/g, (letter) => named[letter] ?? hex(letter))
  return `"${body}"`
}

/** Go's `%q` of one byte. */
export function quoteGoByte(letter: string): string {
  if (letter === "'") return "'\\''"
  return letter === '"' ? `'"'` : `'${quoteGo(letter).slice(1, -1)}'`
}

const hex = (letter: string) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`
