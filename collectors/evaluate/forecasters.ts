/** Ways to forecast wear: the usual ones, ours, and two that peek at what came. */
import { growthAfter } from '../forecast/wear-growth.ts'
import { type WearPoint, wearRatesOf } from '../forecast/wear-rate.ts'
import type { Trial } from './wear-series.ts'

export interface Forecast {
  readonly percent: number
  readonly band?: readonly [low: number, high: number] | undefined
}
export type Forecaster = (trial: Trial) => Forecast

export const noChange: Forecaster = ({ now }) => ({ percent: now })

/** In whole points, as drives count; without rates, nothing better is known than no change. */
export const ours: Forecaster = ({ history, hoursAhead, now }) => {
  const rates = wearRatesOf(history)
  if (rates === undefined) return { percent: now }
  const { low, median, high } = growthAfter(rates, hoursAhead)
  return { percent: now + Math.round(median), band: [now + low, now + high] }
}

/** The median slope of all pairs, from the last point on. */
export const theilSen: Forecaster = ({ history, hoursAhead, now }) => {
  const slopes = history.flatMap((from, i) =>
    history.slice(i + 1).map((to) => rateBetween(from, to)),
  )
  const sorted = slopes.filter(Number.isFinite).sort((a, b) => a - b)
  const half = sorted.length / 2
  const slope = ((sorted[Math.ceil(half) - 1] ?? 0) + (sorted[Math.floor(half)] ?? 0)) / 2
  return { percent: now + slope * hoursAhead }
}

/** A drive may come to write severalfold, but a rise beyond this is a counter that is not one. */
const riseMax = 20

/** Peeks: ours for a workload that changes as it then did, where bytes always run forward. */
export const toldBytes: Forecaster = (trial) => {
  const { history, asked, hoursAhead, now } = trial
  const rates = wearRatesOf(history)
  if (rates === undefined) return { percent: now }
  const points = [...history, asked]
  const written = points.slice(1).map((to, i) => bytesAnHour(points[i] ?? to, to))
  const rise = (written.at(-1) ?? 0) / (written.at(-2) ?? 0)
  const known = written.every((bytes) => bytes > 0)
  const { median } = growthAfter(rates, hoursAhead)
  return { percent: now + Math.round(median * (known ? Math.min(riseMax, rise) : 1)) }
}

/** Peeks: of all rates that are at hand the one that turns out to be the best. */
export const bestRate: Forecaster = (trial) => {
  const { history, hoursAhead, now, truth } = trial
  const [first, previous, last] = [history[0], history.at(-2), history.at(-1)]
  if (first === undefined || previous === undefined || last === undefined) return { percent: now }
  const ownRates = [newDrive, first, previous].map((from) => rateBetween(from, last))
  const guesses = [
    ours(trial).percent,
    theilSen(trial).percent,
    ...ownRates.filter(Number.isFinite).map((rate) => now + rate * hoursAhead),
  ].map(Math.round)
  const off = (guess: number) => Math.abs(guess - truth)
  return { percent: guesses.reduce((best, guess) => (off(guess) < off(best) ? guess : best)) }
}

const newDrive: WearPoint = { powerOnHours: 0, percent: 0, bytesWritten: 0 }

const rateBetween = (from: WearPoint, to: WearPoint) =>
  (to.percent - from.percent) / (to.powerOnHours - from.powerOnHours)

const bytesAnHour = (from: WearPoint, to: WearPoint) =>
  ((to.bytesWritten ?? Number.NaN) - (from.bytesWritten ?? Number.NaN)) /
  (to.powerOnHours - from.powerOnHours)
