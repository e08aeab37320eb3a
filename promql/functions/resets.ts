/** Where a counter began anew: it fell, or its start says so. */
import type { Window } from '../values.ts'

/** Whether the counter began anew between the sample before `i` and that at `i`. */
export function isReset(window: Window, i: number): boolean {
  const { values } = window
  return (values[i] ?? 0) < (values[i - 1] ?? 0) || startedAnew(window, i)
}

/**
 * A start at the time of the sample before is how deltas are told, one after the other; but a
 * first start that was not known is told the same way, by no start or by one at its own sample.
 */
function startedAnew({ startedMs, times }: Window, i: number): boolean {
  if (startedMs === undefined) return false
  const [start = Number.NaN, startBefore = Number.NaN] = [startedMs[i], startedMs[i - 1]]
  const [at = 0, before = 0] = [times[i], times[i - 1]]
  if (start > before) return start < at
  return start === before && startBefore < before
}

/** When the count of the window's first sample began, if after `fromMs`; undefined if not known. */
export function startWithin({ startedMs, times, from }: Window, fromMs: number) {
  const start = startedMs?.[from] ?? Number.NaN
  return start > fromMs && start < (times[from] ?? 0) ? start : undefined
}
