/** How much an SSD wears in some hours to come, with the band that holds four of five drives. */
import type { WearRates } from './wear-rate.ts'

/**
 * Named in every sample, so that what was forecast by an older one can be told apart. The constants
 * below were chosen on 6,342 recorded histories of 3 to 8 points over about a year, for forecasts
 * of some months; see `npm run evaluate:forecast`.
 */
export const wearModelVersion = 'wear-rate-2'

/** Points of percent that come on top. */
export interface WearGrowth {
  readonly low: number
  readonly median: number
  readonly high: number
}

/** From so many points on, the recent rate is the better one. */
const fastFrom = 8
/** What wears fast gets faster: caches overflow and the drive is worn by moving its own data. */
const hastyFrom = 15
const haste = 1.2

export function growthAfter(rates: WearRates, hours: number): WearGrowth {
  const steady = rates.steady * hours
  // Never below where the steady rate left off, so that growth does not fall with time.
  const plain = steady < fastFrom ? steady : Math.max(fastFrom, rates.recent * hours)
  const expected = plain > hastyFrom ? hastyFrom + (plain - hastyFrom) * haste : plain
  // Beyond the fast ones the past says less: workloads begin and end.
  const slow = Math.min(expected, fastFrom)
  const fast = expected - slow
  const from = (growth: number) => Math.max(0, growth + rates.lead)
  // One drive in ten lies below, one above; the last summands are what whole points hide.
  return {
    low: from(0.5 * expected - 0.3),
    median: from(expected),
    high: from(1.25 * slow + 1.7 * fast + 0.7),
  }
}
