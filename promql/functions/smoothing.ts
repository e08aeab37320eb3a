/** Double exponential smoothing, under its old name and its new one. */
import { formatFloat } from '../literals.ts'
import { executionFault } from '../values.ts'
import { type FunctionBody, first, type OverRange, overRange } from './call-site.ts'

const smoothed: OverRange = (window, { scalars }) => {
  const [smoothing = Number.NaN, trend = Number.NaN] = scalars
  demandShare('smoothing', 'sf', smoothing)
  demandShare('trend', 'tf', trend)
  const { values, from, to } = window
  if (to - from < 2) return undefined
  let level = first(window)
  let before = level
  let slope = (values[from + 1] ?? 0) - level
  for (let i = from + 1; i < to; i++) {
    if (i > from + 1) slope = trend * (level - before) + (1 - trend) * slope
    before = level
    level = smoothing * (values[i] ?? 0) + (1 - smoothing) * (level + slope)
  }
  return level
}

export const smoothing: Readonly<Record<string, FunctionBody>> = {
  double_exponential_smoothing: overRange(smoothed),
  holt_winters: overRange(smoothed),
}

function demandShare(what: string, letters: string, factor: number): void {
  if (factor > 0 && factor < 1) return
  const found = Number.isFinite(factor) ? factor.toFixed(6) : formatFloat(factor)
  throw executionFault(`invalid ${what} factor. Expected: 0 < ${letters} < 1, got: ${found}`)
}
