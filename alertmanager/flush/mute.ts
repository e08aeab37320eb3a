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
        const heldBy = mutedBy(flush.group.route, nowMs)
        return heldBy === undefined ? flush : { ...flush, alerts: held(flush.alerts, heldBy) }
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

/** Those that contain the instant. */
export function intervalsAt(
  named: readonly NamedInterval[],
  nowMs: number,
): readonly NamedInterval[] {
  return named.filter(({ intervals }) => intervals.some((interval) => contains(interval, nowMs)))
}

const held = (alerts: readonly FlushedAlert[], heldBy: TimeReason) =>
  alerts.map((entry) => (entry.heldBy === undefined ? { ...entry, heldBy } : entry))
