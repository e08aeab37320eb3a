/** What is remembered of the wear of each SSD: about a point a day, and a bounded number. */
import type { TimedWearPoint } from './days-left.ts'

/** Serial numbers are only unique within a model, hence both; the newest points last. */
export type HistoryByDrive = ReadonlyMap<string, readonly TimedWearPoint[]>

export interface WearHistory {
  /** Takes a point where one is due; true where it did, so that it is worth saving. */
  note(drive: string, point: TimedWearPoint): boolean
  /** All points of the drive and `now`, which is the last of them. */
  withNow(drive: string, now: TimedWearPoint): readonly TimedWearPoint[]
  all(): HistoryByDrive
}

/** Of power: a disk's own clock, which no wrong date of the node can set back. */
const hoursBetween = 20
const pointsMax = 128
const drivesMax = 512

export function createWearHistory(start: HistoryByDrive = new Map()): WearHistory {
  const byDrive = new Map([...start].slice(-drivesMax))
  return {
    note(drive, point) {
      const points = byDrive.get(drive) ?? []
      const last = points.at(-1)
      const hours = point.powerOnHours - (last?.powerOnHours ?? Number.NEGATIVE_INFINITY)
      if (hours >= 0 && hours < hoursBetween) return false
      byDrive.delete(drive) // Put last, so that the first is the drive longest unheard of.
      // A counter that ran backwards begins anew, and with it the history.
      byDrive.set(drive, hours < 0 ? [point] : thinned([...points, point]))
      for (const [oldest] of byDrive) {
        if (byDrive.size <= drivesMax) break
        byDrive.delete(oldest)
      }
      return true
    },
    withNow(drive, now) {
      const points = byDrive.get(drive) ?? []
      return [...points.filter(({ powerOnHours }) => powerOnHours < now.powerOnHours), now]
    },
    all: () => byDrive,
  }
}

/** Beyond the limit that point goes which leaves the smallest gap; the ends stay. */
function thinned(points: readonly TimedWearPoint[]): readonly TimedWearPoint[] {
  if (points.length <= pointsMax) return points
  const gapWithout = (index: number) =>
    (points[index + 1]?.powerOnHours ?? 0) - (points[index - 1]?.powerOnHours ?? 0)
  let leastMissed = 1
  for (let index = 2; index < points.length - 1; index += 1)
    if (gapWithout(index) < gapWithout(leastMissed)) leastMissed = index
  return points.toSpliced(leastMissed, 1)
}
