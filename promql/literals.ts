/** Numbers, quoted text and durations as PromQL writes them. */
import { parseDurationMs } from '#lib/duration'
import { formatShortest } from '#lib/go-number'
import { decodeKeepingBytes, unquoteGo } from '#lib/go-text'

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

/** What a quoted text holds, after Go's escapes; undefined where an escape is unknown. */
export const unquote = (literal: string) => unquoteGo(literal, decodeKeepingBytes)

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

/** A float as a label that is known for one, such as `le` and `quantile`: never a whole number. */
export function formatBound(value: number): string {
  const text = formatShortest(value)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}

/** A float as Prometheus's JSON has it: an exponent (of two digits at least) only far from 1. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (Object.is(value, -0)) return '-0'
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2')
}
