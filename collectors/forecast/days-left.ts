/** Days until an SSD has used up its rated endurance (100 %), from its history of wear. */
import { growthAfter, type WearGrowth } from './wear-growth.ts'
import { type WearPoint, wearRatesOf } from './wear-rate.ts'

export interface DaysLeft {
  /** One in ten drives comes to its end before. Undefined, as the others: not within 20 years. */
  readonly low: number | undefined
  readonly median: number | undefined
  /** One in ten lasts longer. */
  readonly high: number | undefined
}

export interface TimedWearPoint extends WearPoint {
  readonly atMs: number
}

const daysMax = 20 * 365
const dayMs = 86_400_000

/** Undefined: the history is too short. Zero: the end is reached. */
export function daysLeft(points: readonly TimedWearPoint[]): DaysLeft | undefined {
  const last = points.at(-1)
  const rates = wearRatesOf(points)
  if (last === undefined || rates === undefined) return undefined
  const left = 100 - last.percent
  const daysBy = (bound: keyof WearGrowth) =>
    daysUntil((hours) => growthAfter(rates, hours)[bound] >= left, poweredHoursADay(points))
  // The most wear comes to the end first.
  return { low: daysBy('high'), median: daysBy('median'), high: daysBy('low') }
}

/** Where growth has reached what is left: growth never falls with time, so halving finds it. */
function daysUntil(isReached: (hours: number) => boolean, hoursADay: number): number | undefined {
  if (isReached(0)) return 0
  if (!isReached(daysMax * hoursADay)) return undefined
  let [before, after] = [0, daysMax]
  while (after - before > 0.5) {
    const middle = (before + after) / 2
    if (isReached(middle * hoursADay)) after = middle
    else before = middle
  }
  return Math.round(after)
}

/** A disk that is switched off at night lasts more days than its hours say. */
function poweredHoursADay(points: readonly TimedWearPoint[]): number {
  const first = points[0]
  const last = points.at(-1)
  if (first === undefined || last === undefined) return 24
  const days = (last.atMs - first.atMs) / dayMs
  const hours = last.powerOnHours - first.powerOnHours
  return days >= 7 ? Math.min(24, Math.max(1, hours / days)) : 24
}
