/**
 * Bounds of buckets and quantiles in one writing, as Prometheus 3 stores them: `1`, `1.0` and `1e0`
 * are the same label, `1.0`.
 */
import { parseGoFloat } from '#lib/go-number'
import { formatBound } from '../../literals.ts'
import type { Pairs } from './series-text.ts'

/** In what families which label is a number. */
const numbers: Readonly<Record<string, string>> = { histogram: 'le', summary: 'quantile' }

/** `type` is what the exposition said last of any family, as Prometheus has it. */
export function evenBounds(pairs: Pairs, type: string | undefined): Pairs {
  const label = numbers[type ?? '']
  if (label === undefined) return pairs
  return pairs.map(([name, value]) => [name, name === label ? even(value) : value])
}

function even(text: string): string {
  const value = parseGoFloat(text)
  return value === undefined ? text : formatBound(value)
}
