/** Numbers, quoted text and durations as PromQL writes them. */
import { parseDurationMs } from '#lib/duration'

/** A number without sign, or undefined where the text is none: `1.5e3`, `0x1f`, `Inf`, `NaN`. */
export function parseNumber(text: string): number | undefined {
  const lower = text.toLowerCase()
  if (lower === 'inf') return Number.POSITIVE_INFINITY
  if (lower === 'nan') return Number.NaN
  if (/^0x[0-9a-f]+$/.test(lower)) return Number.parseInt(lower.slice(2), 16)
  if (/^0[0-7]+$/.test(lower)) return Number.parseInt(lower, 8)
  return /^(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/.test(lower) ? Number(lower) : undefined
}

/** Milliseconds above zero of `5m`, or the reason why it is no duration. */
export function parseRange(text: string): number | string {
  if (parseNumber(text) !== undefined) return 'missing unit character in duration'
  const ms = parseDurationMs(text)
  if (ms === undefined) return `not a valid duration string: "${text}"`
  return ms === 0 ? 'duration must be greater than 0' : ms
}

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

const escapes = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([\s\S]?))/g

/** What a quoted text holds, after Go's escapes; undefined where an escape is unknown. */
export function unquote(literal: string): string | undefined {
  const quote = literal[0] ?? ''
  const inner = literal.slice(1, -1)
  if (quote === '`') return inner
  let isValid = true
  const text = inner.replace(escapes, (_, x, u, long, octal, simple) => {
    const plain = escaped([x ?? u ?? long, octal, simple], quote)
    if (plain === undefined) isValid = false
    return plain ?? ''
  })
  return isValid ? text : undefined
}

type Escape = readonly [hex: string | undefined, octal: string | undefined, simple: string]

function escaped([hex, octal, simple]: Escape, quote: string): string | undefined {
  if (hex !== undefined || octal !== undefined) {
    const code = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : undefined
  }
  const isOtherQuote = (simple === "'" || simple === '"') && simple !== quote
  return isOtherQuote ? undefined : simpleEscapes[simple]
}

/** Text in double quotes that `unquote` gives back unchanged. */
export function quote(text: string): string {
  const escaped = text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\t/g, '\\t')
  return `"${escaped.replace(/\r/g, '\\r')}"`
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

/** A float as Prometheus's JSON has it: an exponent (of two digits at least) only far from 1. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (Object.is(value, -0)) return '-0'
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2')
}
