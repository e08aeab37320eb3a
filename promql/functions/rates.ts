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
  matrixIn,
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
    return drawnOut(window, site, { gained: last(window) - first(window) })
  }),
  increase: counting(increase),
  rate: counting((window, site) => {
    const gained = increase(window, site)
    return gained === undefined ? undefined : gained / ((site.endMs - site.startMs) / 1000)
  }),
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
function counting(reduce: OverRange): FunctionBody {
  const body = overRange(reduce)
  return (args, site) => {
    const result = body(args, site)
    const name = matrixIn(args).series[0]?.labels[nameLabel]
    const doubt = counterDoubt(name)
    if (doubt !== undefined && result.type === 'vector' && result.elements.length > 0)
      site.query.annotate(doubt)
    return result
  }
}

/** What a counter gained over a range: from the start of its count, where that is known. */
function increase(window: Window, site: RangeSite): number | undefined {
  const startMs = startWithin(window, site.startMs)
  if (startMs === undefined && window.to - window.from < 2) return undefined
  const gained = last(window) - (startMs === undefined ? first(window) : 0) + lostInResets(window)
  if (startMs !== undefined) return drawnOut(window, site, { gained, startMs })
  return drawnOut(window, site, { gained, zeroMs: zeroAway(window, gained) })
}

/** A counter that falls was reset: what it had counted before is added. */
function lostInResets(window: Window): number {
  let lost = 0
  for (let i = window.from + 1; i < window.to; i++)
    if (isReset(window, i)) lost += window.values[i - 1] ?? 0
  return lost
}

/** A counter is never below zero, so it is not drawn back beyond where its line would meet zero. */
function zeroAway(window: Window, gained: number): number {
  const start = first(window)
  if (!(gained > 0 && start >= 0)) return Number.POSITIVE_INFINITY
  return (lastMs(window) - firstMs(window)) * (start / gained)
}

interface Gain {
  readonly gained: number
  /** How far before its first sample the line through a counter meets zero. */
  readonly zeroMs?: number
  /** When a counter began at zero: it is not drawn back any further. */
  readonly startMs?: number
}

/**
 * The change that samples within a range show, drawn out to the bounds of the range: fully where
 * the next sample must lie just outside, by half a distance where the series seems to begin or end.
 */
function drawnOut(window: Window, site: RangeSite, gain: Gain): number {
  const { gained, zeroMs = Number.POSITIVE_INFINITY, startMs } = gain
  const samplesMs = lastMs(window) - firstMs(window)
  const distanceMs = samplesMs / Math.max(1, window.to - window.from - 1)
  const reach = (gapMs: number) => (gapMs < distanceMs * gapFactor ? gapMs : distanceMs / 2)
  const afterMs = reach(site.endMs - lastMs(window))
  if (startMs !== undefined) {
    const knownMs = lastMs(window) - startMs
    return gained * ((knownMs + afterMs) / knownMs)
  }
  const gapMs = firstMs(window) - site.startMs
  const beforeMs = site.query.dialect.zeroCutsLast
    ? Math.min(reach(gapMs), zeroMs)
    : reach(Math.min(gapMs, zeroMs))
  return gained * ((samplesMs + beforeMs + afterMs) / samplesMs)
}

function lastStep(change: (before: number, after: number) => number) {
  return ({ values, from, to }: Window) =>
    to - from < 2 ? undefined : change(values[to - 2] ?? 0, values[to - 1] ?? 0)
}
