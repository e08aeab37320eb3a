/**
 * Stage `mute`: marks the alerts of groups whose route says nothing at this hour. What it held back
 * is told by the first flush after the hour.
 */
import type { Stage } from '#lib/pipeline'
import type { Route } from '../arrival/routing.ts'
import { contains } from '../config/time-interval.ts'
import type { NamedInterval } from '../config/time-intervals.ts'
import type { Flush, FlushedAlert } from './flush.ts'

export interface MuteWorld {
  readonly nowMs: number
}

export function mute({ nowMs }: MuteWorld): Stage<Flush> {
  return {
    name: 'mute',
    async run(batch) {
      return batch.map((flush) => {
        const { route } = flush.group
        const heldBy = mutedBy(route, nowMs)
        if (heldBy === undefined) return flush
        const holders = quietTimes(route, nowMs).map(({ name }) => name)
        return { ...flush, alerts: held(flush.alerts, { heldBy, holders }) }
      })
    },
  }
}

type TimeReason = 'active time interval' | 'mute time interval'

/** Undefined: the route speaks at this hour. */
export function mutedBy(
  { activeTimes, muteTimes }: Pick<Route, 'activeTimes' | 'muteTimes'>,
  nowMs: number,
): TimeReason | undefined {
  if (activeTimes.length > 0 && intervalsAt(activeTimes, nowMs).length === 0)
    return 'active time interval'
  return intervalsAt(muteTimes, nowMs).length > 0 ? 'mute time interval' : undefined
}

/** The intervals that keep the route quiet: mute ones, or those outside of which it is. */
export function quietTimes(
  route: Pick<Route, 'activeTimes' | 'muteTimes'>,
  nowMs: number,
): readonly NamedInterval[] {
  const reason = mutedBy(route, nowMs)
  if (reason === undefined) return []
  const { activeTimes, muteTimes } = route
  return reason === 'active time interval' ? activeTimes : intervalsAt(muteTimes, nowMs)
}

/** Those that contain the instant. */
export function intervalsAt(
  named: readonly NamedInterval[],
  nowMs: number,
): readonly NamedInterval[] {
  return named.filter(({ intervals }) => intervals.some((interval) => contains(interval, nowMs)))
}

type Held = Pick<FlushedAlert, 'heldBy' | 'holders'>

const held = (alerts: readonly FlushedAlert[], by: Held) =>
  alerts.map((entry) => (entry.heldBy === undefined ? { ...entry, ...by } : entry))
