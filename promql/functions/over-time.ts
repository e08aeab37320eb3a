/** What the samples of a range come to: `…_over_time`, `changes`, `resets`. */
import { quantileFault } from '../annotations.ts'
import { addTo, emptySum, mean, quantile, runningMean, sumOf } from '../statistics.ts'
import type { Window } from '../values.ts'
import {
  type FunctionBody,
  first,
  firstMs,
  last,
  lastMs,
  matrixIn,
  type OverRange,
  overRange,
  overRangeKeepingName,
  type RangeSite,
  scalarsIn,
} from './call-site.ts'
import { isReset } from './resets.ts'

const isLess = (a: number, b: number) => a < b
const isMore = (a: number, b: number) => a > b
const valuesOf = ({ values, from, to }: Window) => values.subarray(from, to)

export const overTime: Readonly<Record<string, FunctionBody>> = {
  sum_over_time: overRange((window) => sumOf(valuesOf(window))),
  avg_over_time: overRange((window, { query: { dialect } }) =>
    (dialect.sumsKeepLost ? mean : runningMean)(valuesOf(window)),
  ),
  min_over_time: overRange(chosen(isLess)),
  max_over_time: overRange(chosen(isMore)),
  count_over_time: overRange(({ from, to }) => to - from),
  present_over_time: overRange(() => 1),
  last_over_time: overRangeKeepingName(last),
  first_over_time: overRangeKeepingName(first),
  stdvar_over_time: overRange(spread),
  stddev_over_time: overRange((window, site) => Math.sqrt(spread(window, site))),
  mad_over_time: overRange((window) => {
    const values = [...valuesOf(window)]
    const median = quantile(0.5, values)
    return quantile(
      0.5,
      values.map((value) => Math.abs(value - median)),
    )
  }),
  quantile_over_time(args, site) {
    const [q = Number.NaN] = scalarsIn(args)
    const fault = quantileFault(q)
    if (fault !== undefined && matrixIn(args).series.length > 0)
      site.query.annotate(fault, site.call.args[0]?.span)
    return overRange((window) => quantile(q, [...valuesOf(window)]))(args, site)
  },
  ts_of_first_over_time: overRange((window) => firstMs(window) / 1000),
  ts_of_last_over_time: overRange((window) => lastMs(window) / 1000),
  ts_of_min_over_time: overRange((window) => secondsOf(window, (a, b) => a <= b)),
  ts_of_max_over_time: overRange((window) => secondsOf(window, (a, b) => a >= b)),
  changes: overRange(changes),
  resets: overRange(resets),
}

/** Of several samples that are equally good the last one. */
function secondsOf({ times, values, from, to }: Window, isGood: typeof isLess): number {
  let best = from
  for (let i = from; i < to; i++) {
    const value = values[best] ?? 0
    if (isGood(values[i] ?? 0, value) || Number.isNaN(value)) best = i
  }
  return (times[best] ?? 0) / 1000
}

function each({ values, from, to }: Window, visit: (value: number) => void): void {
  for (let i = from; i < to; i++) visit(values[i] ?? 0)
}

function spread(window: Window, { query: { dialect } }: RangeSite): number {
  const mean = emptySum()
  const squares = emptySum()
  let count = 0
  each(window, (value) => {
    count++
    const delta = value - (mean.sum + mean.lost)
    addTo(mean, delta / count)
    addTo(squares, delta * (value - (mean.sum + mean.lost)))
  })
  const total = squares.sum + squares.lost
  return dialect.spreadMayBeInfinite || Number.isFinite(total) ? total / count : Number.NaN
}

function chosen(isBetter: (value: number, best: number) => boolean): OverRange {
  return (window) => {
    let best = first(window)
    each(window, (value) => {
      if (isBetter(value, best) || Number.isNaN(best)) best = value
    })
    return best
  }
}

export function changes({ values, from, to }: Window): number {
  let count = 0
  for (let i = from + 1; i < to; i++) {
    const [before = 0, after = 0] = [values[i - 1], values[i]]
    if (!(after === before || (Number.isNaN(after) && Number.isNaN(before)))) count++
  }
  return count
}

export function resets(window: Window): number {
  let count = 0
  for (let i = window.from + 1; i < window.to; i++) if (isReset(window, i)) count++
  return count
}
