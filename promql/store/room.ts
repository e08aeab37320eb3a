/**
 * Room for new series: where it grows short, series that ended longest ago go before their time,
 * so that what comes and goes does not keep out what is there now.
 */
import type { Catalogue } from './catalogue.ts'

/** Above this share of the most series some go, until there are so few. */
const [fullShare, roomyShare] = [0.9, 0.8]
/** A series may only have paused. */
const endedForMs = 3_600_000
/** It looks at everything, so not always. */
const everyMs = 60_000

export function createRoom(catalogue: Catalogue, seriesMax: number) {
  let madeMs = Number.NEGATIVE_INFINITY
  return {
    /** Says whether anything went. */
    make(nowMs: number): boolean {
      if (catalogue.size <= fullShare * seriesMax || nowMs - madeMs < everyMs) return false
      madeMs = nowMs
      const ends = [...catalogue.all()]
        .map(({ newestMs }) => newestMs)
        .filter((endMs) => endMs < nowMs - endedForMs)
        .sort((a, b) => a - b)
      const tooMany = Math.ceil(catalogue.size - roomyShare * seriesMax)
      const lastMs = ends[Math.min(tooMany, ends.length) - 1]
      if (lastMs !== undefined) catalogue.dropBefore(lastMs + 1)
      return lastMs !== undefined
    },
  }
}
