/**
 * Bounds of buckets and quantiles in one writing, as Prometheus 3 stores them: `1`, `1.0` and `1e0`
 * are the same label, `1.0`.
 */
import type { Pairs } from './series-text.ts'

/** In what families which label is a number. */
const numbers: Readonly<Record<string, string>> = { histogram: 'le', summary: 'quantile' }

/** `type` is what the exposition said last of any family, as Prometheus has it. */
export function evenBounds(pairs: Pairs, type: string | undefined): Pairs {
  const label = numbers[type ?? '']
  if (label === undefined) return pairs
  return pairs.map(([name, value]) => [name, name === label ? even(value) : value])
}

const decimal = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i

function even(text: string): string {
  if (/^\+?inf(inity)?$/i.test(text)) return '+Inf'
  if (/^-inf(inity)?$/i.test(text)) return '-Inf'
  if (/^nan$/i.test(text)) return 'NaN'
  const value = decimal.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(value) ? written(value) : text
}

/** As Go's `%g`, with at least one decimal. */
function written(value: number): string {
  const [, digits = '', sign = '', exponent = ''] =
    /^(.*)e([-+])(\d+)$/.exec(value.toExponential()) ?? []
  const power = Number(`${sign}${exponent}`)
  if (power < -4 || power >= 6) return `${digits}e${sign}${exponent.padStart(2, '0')}`
  const text = Object.is(value, -0) ? '-0' : String(value)
  return text.includes('.') ? text : `${text}.0`
}
