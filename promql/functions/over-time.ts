/** What the samples of a range come to: `…_over_time`, `changes`, `resets`. */
import { addTo, emptySum, keepsMean, quantile, totalOf } from '../statistics.ts'
import type { Window } from '../values.ts'
import {
  type FunctionBody,
  first,
  last,
  type OverRange,
  overRange,
  overRangeKeepingName,
} from './call-site.ts'

export const overTime: Readonly<Record<string, FunctionBody>> = {
  sum_over_time: overRange((window) => {
    const total = emptySum()
    each(window, (value) => addTo(total, value))
    return totalOf(total)
  }),
  avg_over_time: overRange(average),
  min_over_time: overRange(chosen((value, least) => value < least)),
  max_over_time: overRange(chosen((value, most) => value > most)),
  count_over_time: overRange(({ from, to }) => to - from),
  present_over_time: overRange(() => 1),
  last_over_time: overRangeKeepingName(last),
  stdvar_over_time: overRange(spread),
  stddev_over_time: overRange((window) => Math.sqrt(spread(window))),
  quantile_over_time: overRange(({ values, from, to }, { scalars: [q = Number.NaN] }) =>
    quantile(q, [...values.subarray(from, to)]),
  ),
  changes: overRange(
    counted(
      (before, after) => !(after === before || (Number.isNaN(after) && Number.isNaN(before))),
    ),
  ),
  resets: overRange(counted((before, after) => after < before)),
}

function each({ values, from, to }: Window, visit: (value: number) => void): void {
  for (let i = from; i < to; i++) visit(values[i] ?? 0)
}

/** Two infinities of one sign cannot be subtracted, and need not be. */
function average(window: Window): number {
  const total = emptySum()
  let count = 0
  each(window, (value) => {
    count++
    if (!keepsMean(total.sum, value)) addTo(total, value / count - total.sum / count)
  })
  return totalOf(total)
}

function spread(window: Window): number {
  const mean = emptySum()
  const squares = emptySum()
  let count = 0
  each(window, (value) => {
    count++
    const delta = value - (mean.sum + mean.lost)
    addTo(mean, delta / count)
    addTo(squares, delta * (value - (mean.sum + mean.lost)))
  })
  return (squares.sum + squares.lost) / count
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

function counted(counts: (before: number, after: number) => boolean): OverRange {
  return ({ values, from, to }) => {
    let count = 0
    for (let i = from + 1; i < to; i++) if (counts(values[i - 1] ?? 0, values[i] ?? 0)) count++
    return count
  }
}
