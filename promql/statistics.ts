/** Sums that do not lose small parts, and what stands on them. */

/** Neumaier's summation: what rounding takes from the sum is kept beside it. */
export interface CompensatedSum {
  sum: number
  lost: number
}

export const emptySum = (): CompensatedSum => ({ sum: 0, lost: 0 })

export function addTo(total: CompensatedSum, value: number): void {
  const next = total.sum + value
  if (!Number.isFinite(next)) total.lost = 0
  else
    total.lost +=
      Math.abs(total.sum) >= Math.abs(value) ? total.sum - next + value : value - next + total.sum
  total.sum = next
}

export function sumOf(values: Iterable<number>): number {
  const total = emptySum()
  for (const value of values) addTo(total, value)
  return totalOf(total)
}

const totalOf = ({ sum, lost }: CompensatedSum): number => sum + lost

/** The sum by the count; where the sum is too large for a number, the mean as it runs. */
export function mean(values: Iterable<number>): number {
  const total = emptySum()
  let count = 0
  let isRunning = false
  for (const value of values) {
    count++
    if (!isRunning && isTooLarge(total, value)) {
      isRunning = true
      total.sum /= count - 1
      total.lost /= count - 1
    }
    if (isRunning) runOn(total, value, count)
    else addTo(total, value)
  }
  return isRunning ? totalOf(total) : total.sum / count + total.lost / count
}

function isTooLarge({ sum }: CompensatedSum, value: number): boolean {
  return Number.isFinite(sum) && Number.isFinite(value) && !Number.isFinite(sum + value)
}

function runOn(average: CompensatedSum, value: number, count: number): void {
  const kept = (count - 1) / count
  average.sum *= kept
  average.lost *= kept
  addTo(average, value / count)
}

/** The mean as it runs from the first value on, with what rounding takes from it. */
export function runningMean(values: Iterable<number>): number {
  const total = emptySum()
  let count = 0
  for (const value of values) {
    count++
    if (!staysInfinite(total.sum, value)) addTo(total, value / count - total.sum / count)
  }
  return Number.isFinite(total.sum) ? totalOf(total) : total.sum
}

export const plainSumOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value)

export const plainRunningMean = (values: readonly number[]): number =>
  values.reduce((average, value, i) => {
    const count = i + 1
    return staysInfinite(average, value) ? average : average + (value / count - average / count)
  })

/** No number, and no infinity of the same sign, moves an infinite mean. */
const staysInfinite = (average: number, value: number) =>
  Math.abs(average) === Number.POSITIVE_INFINITY && !Number.isNaN(value) && value !== -average

/** The variance of a whole population (Welford), of which one value alone may be none. */
export function variance(values: readonly number[], aloneIsNone: 'always' | 'if finite'): number {
  const [first = Number.NaN, ...others] = values
  let average = first
  let squares = aloneIsNone === 'always' ? 0 : first - first
  others.forEach((value, i) => {
    const delta = value - average
    average += delta / (i + 2)
    squares += delta * (value - average)
  })
  return squares / values.length
}

/** Between two ranks the value lies on the line between them; NaN ranks below every number. */
export function quantile(q: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  const numbers = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort()
  const nanCount = values.length - numbers.length
  const at = (rank: number) => (rank < nanCount ? Number.NaN : (numbers[rank - nanCount] ?? 0))
  const rank = q * (values.length - 1)
  const lower = Math.max(0, Math.floor(rank))
  const upper = Math.min(values.length - 1, lower + 1)
  const weight = rank - Math.floor(rank)
  return at(lower) * (1 - weight) + at(upper) * weight
}

/** Whether two numbers differ, by their size, by less than `tolerance`; NaN is itself. */
export function isAlmostBy(tolerance: number, a: number, b: number): boolean {
  if (Object.is(a, b) || a === b) return true
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false
  const difference = Math.abs(a - b)
  const size = Math.abs(a) + Math.abs(b)
  const least = 2.2250738585072014e-308
  if (a === 0 || b === 0 || size < least) return difference < tolerance * least
  return difference / Math.min(size, Number.MAX_VALUE) < tolerance
}
