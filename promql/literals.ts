/** Numbers, quoted text and durations as PromQL writes them. */
import { parseDurationMs } from '#lib/duration'

/** A number without sign, or undefined where the text is none: `1.5e3`, `0x1f`, `Inf`, `NaN`. */
export function parseNumber(text: string): number | undefined {
  const lower = text.toLowerCase()
  if (lower === 'inf') return Number.POSITIVE_INFINITY
  if (lower === 'nan') return Number.NaN
  if (/^0x[0-9a-f]+$/.test(lower)) return Number.parseInt(lower.slice(2), 16)
  if (/^0[0-7]+$/.test(lower)) return Number.parseInt(lower, 8)
  if (!/^(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/.test(lower)) return undefined
  const number = Number(lower)
  return Number.isFinite(number) ? number : undefined
}

/** Seconds of a number or of a duration without sign; undefined where the text is neither. */
export function parseSeconds(text: string): number | undefined {
  const number = parseNumber(text.replace(/(?<=[\da-f])_(?=[\da-f])/gi, ''))
  if (number !== undefined) return number
  const ms = parseDurationMs(text)
  return ms === undefined || ms > longestMs ? undefined : ms / 1000
}

/** Why a text gives no seconds. */
export const secondsFault = (text: string, otherwise: string): string =>
  parseDurationMs(text) === undefined ? `${otherwise}: "${text}"` : 'duration out of range'

/** As many nanoseconds as 64 bits hold. */
const longestMs = 2 ** 63 / 1e6

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
}

const byte = '\\\\(?:x[0-9a-fA-F]{2}|[0-7]{3})'
const point = '\\\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]?))'
const escapes = new RegExp(`(?:${byte})+|${point}`, 'g')

/** What a quoted text holds, after Go's escapes; undefined where an escape is unknown. */
export function unquote(literal: string): string | undefined {
  const quote = literal[0] ?? ''
  const inner = literal.slice(1, -1)
  if (quote === '`') return inner
  let isValid = true
  const text = inner.replace(escapes, (all, u, long, simple) => {
    const plain =
      u === undefined && long === undefined && simple === undefined
        ? bytesOf(all)
        : escaped(u ?? long, simple, quote)
    if (plain === undefined) isValid = false
    return plain ?? ''
  })
  return isValid ? text : undefined
}

/** Of bytes that are no UTF-8 the text is not well formed: each becomes the half of a pair. */
function bytesOf(text: string): string | undefined {
  const bytes = (text.match(/x[0-9a-fA-F]{2}|[0-7]{3}/g) ?? []).map((byte) =>
    byte.startsWith('x') ? Number.parseInt(byte.slice(1), 16) : Number.parseInt(byte, 8),
  )
  if (bytes.some((byte) => byte > 0xff)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))
  } catch {
    return String.fromCharCode(...bytes.map((byte) => (byte < 0x80 ? byte : 0xdc00 + byte)))
  }
}

function escaped(hex: string | undefined, simple: string, quote: string): string | undefined {
  if (hex !== undefined) {
    const code = Number.parseInt(hex, 16)
    const isHalf = code >= 0xd800 && code <= 0xdfff
    return code <= 0x10ffff && !isHalf ? String.fromCodePoint(code) : undefined
  }
  const isOtherQuote = (simple === "'" || simple === '"') && simple !== quote
  return isOtherQuote ? undefined : simpleEscapes[simple]
}

/** What `bytesOf` made of bytes that are no text. */
const halves = /[\udc80-\udcff]/g
const byteOf = (half: string) => `\\x${(half.charCodeAt(0) - 0xdc00).toString(16)}`

/** Text in double quotes that `unquote` gives back unchanged. */
export function quote(text: string): string {
  const escaped = text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\t/g, '\\t')
  const whole = escaped.replace(/\r/g, '\\r')
  return `"${whole.isWellFormed() ? whole : whole.replace(halves, byteOf)}"`
}

/** A float as Go's `strconv` writes it with format `f` and the least digits: no exponent. */
export function formatPlain(value: number): string {
  if (!Number.isFinite(value)) return formatFloat(value)
  const text = Object.is(value, -0) ? '-0' : String(value)
  const [, sign = '', whole = '', fraction = '', exponent] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? []
  if (exponent === undefined) return text
  const shift = Number(exponent)
  return shift < 0
    ? `${sign}0.${'0'.repeat(-shift - 1)}${whole}${fraction}`
    : `${sign}${whole}${fraction.padEnd(shift, '0')}`
}

/** A float as Go prints it: with an exponent from a million on, and below a ten-thousandth. */
export function formatGeneral(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value) || value === 0 || (size >= 1e-4 && size < 1e6))
    return formatFloat(value)
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
}

/** A float as a label that is known for one, such as `le` and `quantile`: never a whole number. */
export function formatBound(value: number): string {
  const text = formatGeneral(value)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}

/** A float as Prometheus's JSON has it: an exponent (of two digits at least) only far from 1. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (Object.is(value, -0)) return '-0'
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2')
}
