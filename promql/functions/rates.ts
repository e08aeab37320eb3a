/** How fast a series changes: between the ends of a range, or between its last two samples. */
import type { Window } from '../values.ts'
import {
  type FunctionBody,
  first,
  firstMs,
  last,
  lastMs,
  type OverRange,
  overRange,
  type RangeSite,
} from './call-site.ts'

/** Samples further apart than this times their usual distance are a gap, not a neighbourhood. */
const gapFactor = 1.1

export const rates: Readonly<Record<string, FunctionBody>> = {
  delta: overRange((window, site) => extrapolated(window, site, difference(window))),
  increase: overRange(increase),
  rate: overRange((window, site) => {
    const gained = increase(window, site)
    return gained === undefined ? undefined : gained / ((site.endMs - site.startMs) / 1000)
  }),
  idelta: overRange(lastStep((before, after) => after - before)),
  irate: overRange((window, site) => {
    const gained = lastStep((before, after) => (after < before ? after : after - before))
    const value = gained(window, site)
    const seconds = (lastMs(window) - (window.times[window.to - 2] ?? 0)) / 1000
    return value === undefined ? undefined : value / seconds
  }),
}

const difference = (window: Window) => last(window) - first(window)

function increase(window: Window, site: RangeSite): number | undefined {
  const gained = difference(window) + lostInResets(window)
  return extrapolated(window, site, gained, reachZero(window, gained))
}

/** A counter that falls was reset: what it had counted before is added. */
function lostInResets({ values, from, to }: Window): number {
  let lost = 0
  for (let i = from + 1; i < to; i++) {
    const before = values[i - 1] ?? 0
    if ((values[i] ?? 0) < before) lost += before
  }
  return lost
}

/** A counter is never below zero, so it is not drawn back beyond where its line would meet zero. */
function reachZero(window: Window, gained: number): number {
  const start = first(window)
  if (!(gained > 0 && start >= 0)) return Number.POSITIVE_INFINITY
  return (lastMs(window) - firstMs(window)) * (start / gained)
}

/**
 * The change that samples within a range show, drawn out to the bounds of the range: fully where
 * the next sample must lie just outside, by half a distance where the series seems to begin or end.
 */
function extrapolated(
  window: Window,
  { startMs, endMs }: RangeSite,
  ...[gained, startLimitMs = Number.POSITIVE_INFINITY]: [gained: number, startLimitMs?: number]
): number | undefined {
  const count = window.to - window.from
  if (count < 2) return undefined
  const sampledMs = lastMs(window) - firstMs(window)
  const distanceMs = sampledMs / (count - 1)
  const reach = (gapMs: number) => (gapMs < distanceMs * gapFactor ? gapMs : distanceMs / 2)
  const beforeMs = reach(Math.min(firstMs(window) - startMs, startLimitMs))
  const afterMs = reach(endMs - lastMs(window))
  return gained * ((sampledMs + beforeMs + afterMs) / sampledMs)
}

function lastStep(change: (before: number, after: number) => number): OverRange {
  return ({ values, from, to }) =>
    to - from < 2 ? undefined : change(values[to - 2] ?? 0, values[to - 1] ?? 0)
}
