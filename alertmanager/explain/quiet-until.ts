/** When a route that is kept quiet by time intervals speaks again. */
import type { Route } from '../arrival/routing.ts'
import { mutedBy } from '../flush/mute.ts'

const minuteMs = 60_000
const limits = { aheadMs: 8 * 24 * 60 * minuteMs, stepMs: 15 * minuteMs }

/** Undefined: it speaks now, or stays quiet for days. Intervals begin and end at full minutes. */
export function quietUntilMs(
  route: Pick<Route, 'activeTimes' | 'muteTimes'>,
  nowMs: number,
): number | undefined {
  if (mutedBy(route, nowMs) === undefined) return undefined
  const startMs = Math.floor(nowMs / limits.stepMs) * limits.stepMs
  for (let ms = startMs + limits.stepMs; ms <= startMs + limits.aheadMs; ms += limits.stepMs) {
    if (mutedBy(route, ms) !== undefined) continue
    let atMs = ms
    while (atMs - minuteMs > nowMs && mutedBy(route, atMs - minuteMs) === undefined)
      atMs -= minuteMs
    return atMs
  }
  return undefined
}
