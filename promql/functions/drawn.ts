/** A series drawn from bound to bound of a range: a point at each bound, samples in between. */
import type { Window } from '../values.ts'

export interface Bounds {
  readonly startMs: number
  readonly endMs: number
}

/** The value at a time between the samples at `i` and `i + 1`. */
export type Between = (window: Window, i: number, atMs: number) => number

/** On the straight line from one to the other. */
export const straight: Between = (window, i, atMs) => lineThrough(window, i, atMs)

/** The same for a counter: one that was reset began at zero. */
export const climbing: Between = (window, i, atMs) => {
  const { values } = window
  const isFallen = (values[i + 1] ?? 0) < (values[i] ?? 0)
  return lineThrough(window, i, atMs, isFallen ? 0 : values[i])
}

function lineThrough({ times, values }: Window, i: number, atMs: number, from = values[i] ?? 0) {
  const [beganMs = 0, endedMs = 0] = [times[i], times[i + 1]]
  return from + (((values[i + 1] ?? 0) - from) * (atMs - beganMs)) / (endedMs - beganMs)
}

/** Without `between`, the last sample up to a bound holds there. */
export function drawnTo(window: Window, bounds: Bounds, between?: Between): Window | undefined {
  const { times, values } = window
  const { startMs, endMs } = bounds
  const final = window.to - 1
  const last = between === undefined ? final : firstFrom(window, endMs, final)
  const first = lastUpTo(window, startMs)
  if ((times[last] ?? 0) <= startMs) return undefined
  const isBefore = (times[first] ?? 0) < startMs
  const isAfter = last > window.from && (times[last] ?? 0) > endMs
  const left = between && isBefore ? between(window, first, startMs) : values[first]
  const right = between && isAfter ? between(window, last - 1, endMs) : values[last]
  const inner = [...Array(last - first + 1).keys()]
    .map((i) => first + i)
    .filter((i) => (times[i] ?? 0) > startMs && (times[i] ?? 0) < endMs)
  return {
    times: Float64Array.of(startMs, ...inner.map((i) => times[i] ?? 0), endMs),
    values: Float64Array.of(left ?? 0, ...inner.map((i) => values[i] ?? 0), right ?? 0),
    from: 0,
    to: inner.length + 2,
    sampledAtMs: window.sampledAtMs,
    origin: window.origin,
  }
}

/** The samples of a range and the one before it; none where all are before. */
export function reachingBack(window: Window, { startMs }: Bounds): Window | undefined {
  const isOver = (window.times[window.to - 1] ?? 0) <= startMs
  return isOver ? undefined : { ...window, from: lastUpTo(window, startMs) }
}

/** Where the last sample up to a time is; the first one of all where none is. */
export function lastUpTo({ times, from, to }: Window, atMs: number): number {
  let i = to - 1
  while (i > from && (times[i] ?? 0) > atMs) i--
  return i
}

function firstFrom({ times, from }: Window, atMs: number, most: number): number {
  let i = from
  while (i < most && (times[i] ?? 0) < atMs) i++
  return i
}
