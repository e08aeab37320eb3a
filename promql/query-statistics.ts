/** What a query cost, for those who ask: how long it took, and how many samples it looked at. */
import type { Clock } from '#lib/clock'
import type { SeriesSource, StoredSeries } from './source.ts'

export interface CountingSource {
  readonly source: SeriesSource
  /** As Prometheus shows them. */
  statistics(): object
}

export function countingSource(inner: SeriesSource, clock: Clock): CountingSource {
  const startedMs = clock.monotonicMs()
  let samples = 0
  const counted = (series: StoredSeries): StoredSeries => ({
    labels: series.labels,
    at(atMs, oldestMs) {
      const element = series.at(atMs, oldestMs)
      if (element !== undefined) samples++
      return element
    },
    window(fromMs, toMs) {
      const window = series.window(fromMs, toMs)
      if (window !== undefined) samples += window.to - window.from
      return window
    },
  })
  const { borrow } = inner
  return {
    source: {
      select: (matchers) => inner.select(matchers).map(counted),
      ...(borrow === undefined ? {} : { borrow }),
    },
    statistics() {
      const seconds = (clock.monotonicMs() - startedMs) / 1000
      return {
        timings: { evalTotalTime: seconds, execTotalTime: seconds },
        samples: { totalQueryableSamples: samples },
      }
    },
  }
}
