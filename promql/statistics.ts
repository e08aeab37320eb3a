/** Sums that do not lose small parts, and what stands on them. */

/** Neumaier's summation: what rounding takes from the sum is kept beside it. */
export interface CompensatedSum {
  sum: number
  lost: number
}

export const emptySum = (): CompensatedSum => ({ sum: 0, lost: 0 })

export function addTo(total: CompensatedSum, value: number): void {
  const next = total.sum + value
  total.lost +=
    Math.abs(total.sum) >= Math.abs(value) ? total.sum - next + value : value - next + total.sum
  total.sum = next
}

export function totalOf({ sum, lost }: CompensatedSum): number {
  return Number.isFinite(sum) ? sum + lost : sum
}

/** The running mean of an aggregation; it cannot overflow where the sum would. */
export function mean(values: readonly number[]): number {
  let average = 0
  values.forEach((value, i) => {
    if (keepsMean(average, value)) return
    average += value / (i + 1) - average / (i + 1)
  })
  return average
}

/** An infinite mean stays unless NaN or the opposite infinity comes. */
export function keepsMean(average: number, value: number): boolean {
  if (Number.isFinite(average) || Number.isNaN(average)) return false
  return Number.isFinite(value) || value === average
}

/** The variance of a whole population (Welford). */
export function variance(values: readonly number[]): number {
  let [average, squares] = [0, 0]
  values.forEach((value, i) => {
    const delta = value - average
    average += delta / (i + 1)
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
