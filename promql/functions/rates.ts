/** How fast a series changes: between the ends of a range, or between its last two samples. */
import { counterDoubt } from '../annotations.ts'
import { nameLabel } from '../label-set.ts'
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
import { isReset, startWithin } from './resets.ts'

/** Samples further apart than this times their usual distance are a gap, not a neighbourhood. */
const gapFactor = 1.1

export const rates: Readonly<Record<string, FunctionBody>> = {
  delta: overRange((window, site) => {
    if (window.to - window.from < 2) return undefined
    return (last(window) - first(window)) * drawnOut(window, site)
  }),
  increase: counting((window, site) => increase(window, site, 1)),
  rate: counting((window, site) => increase(window, site, (site.endMs - site.startMs) / 1000)),
  idelta: overRange(lastStep((before, after) => after - before)),
  irate: overRange((window) => {
    const { times, to } = window
    const change = lastStep((before, after) => (isReset(window, to - 1) ? after : after - before))
    const gained = change(window)
    const seconds = (lastMs(window) - (times[to - 2] ?? 0)) / 1000
    return gained === undefined ? undefined : gained / seconds
  }),
}

/** Of what is no counter, as far as its name says, a rate means little. */
export function counting(reduce: OverRange): FunctionBody {
  return overRange((window, site, labels) => {
    const value = reduce(window, site, labels)
    const doubt = value === undefined ? undefined : counterDoubt(labels[nameLabel])
    if (doubt !== undefined) site.query.annotate(doubt, site.call.args[0]?.span)
    return value
  })
}

/** What a counter gained over a range: from the start of its count, where that is known. */
function increase(window: Window, site: RangeSite, perSeconds: number): number | undefined {
  const startMs = startWithin(window, site.startMs)
  if (startMs === undefined && window.to - window.from < 2) return undefined
  const gained = counted(window, startMs === undefined ? first(window) : 0)
  const drawn =
    startMs === undefined
      ? drawnOut(window, site, { zeroSeconds: zeroAway(window, gained) })
      : drawnOut(window, site, { startMs })
  // In this order, for the last digit of a value stands in the texts of alerts.
  return gained * (drawn / perSeconds)
}

/** A counter that falls was reset: what it had counted before is added. */
export function counted(window: Window, start: number): number {
  let gained = last(window) - start
  for (let i = window.from + 1; i < window.to; i++)
    if (isReset(window, i)) gained += window.values[i - 1] ?? 0
  return gained
}

/** A counter is never below zero, so it is not drawn back beyond where its line would meet zero. */
function zeroAway(window: Window, gained: number): number {
  const start = first(window)
  if (!(gained > 0 && start >= 0)) return Number.POSITIVE_INFINITY
  return ((lastMs(window) - firstMs(window)) / 1000) * (start / gained)
}

interface Counting {
  /** How far before its first sample the line through a counter meets zero. */
  readonly zeroSeconds?: number
  /** When a counter began at zero: it is not drawn back any further. */
  readonly startMs?: number
}

/**
 * How much more than its samples show the change over the whole range is. They are drawn out to its
 * bounds: fully where the next sample must lie just outside, by half a distance where the series
 * seems to begin or end.
 */
function drawnOut(window: Window, site: RangeSite, counting: Counting = {}): number {
  const { zeroSeconds = Number.POSITIVE_INFINITY, startMs } = counting
  const sampled = (lastMs(window) - firstMs(window)) / 1000
  const distance = sampled / Math.max(1, window.to - window.from - 1)
  const reach = (gap: number) => (gap < distance * gapFactor ? gap : distance / 2)
  const after = reach((site.endMs - lastMs(window)) / 1000)
  if (startMs !== undefined) {
    const known = (lastMs(window) - startMs) / 1000
    return (known + after) / known
  }
  const gap = (firstMs(window) - site.startMs) / 1000
  const before = site.query.dialect.zeroCutsLast
    ? Math.min(reach(gap), zeroSeconds)
    : reach(Math.min(gap, zeroSeconds))
  return (sampled + before + after) / sampled
}

function lastStep(change: (before: number, after: number) => number) {
  return ({ values, from, to }: Window) =>
    to - from < 2 ? undefined : change(values[to - 2] ?? 0, values[to - 1] ?? 0)
}
