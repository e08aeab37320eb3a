/** The samples in memory: what each target exposed, as series, for as long as retention says. */
import type { ScrapedSample } from '#api/sample'
import type { Metrics } from '#lib/metrics'
import type { SeriesSource } from '../source.ts'
import { createCatalogue } from './catalogue.ts'
import { createExposures } from './exposures.ts'
import { Memory } from './memory.ts'
import { createOrigins } from './origins.ts'
import { createIntakeMetrics, type Refusal } from './refusals.ts'
import type { AppendResult, Series } from './series.ts'
import { labelsOf, type Target } from './target-labels.ts'

export type { Target } from './target-labels.ts'

export interface SamplesOptions {
  readonly metrics: Metrics
  readonly retentionMs: number
  readonly seriesMax: number
  /** Above it the oldest samples go before their time. */
  readonly sizeMaxBytes?: number
}

export interface Appended {
  readonly appended: number
  readonly refused: Readonly<Partial<Record<Refusal, number>>>
}

export interface Samples extends SeriesSource {
  /**
   * Takes in everything that a target exposed at `atMs`. A series that the target exposed the time
   * before and does not now gets a stale marker: it is over, not merely quiet.
   */
  append(target: Target, samples: Iterable<ScrapedSample>, atMs: number): Appended
  labelNames(): string[]
  labelValues(name: string): string[]
  readonly seriesCount: number
}

export function createSamples(options: SamplesOptions): Samples {
  const { retentionMs, seriesMax, sizeMaxBytes = Number.POSITIVE_INFINITY } = options
  const memory = new Memory(retentionMs)
  const origins = createOrigins()
  const catalogue = createCatalogue({ memory, seriesMax })
  const exposures = createExposures()
  const measured = createIntakeMetrics(options.metrics)
  let sweptMs = Number.NEGATIVE_INFINITY

  const take = (series: Series, sample: ScrapedSample, atMs: number): AppendResult => {
    const result = series.append(atMs, sample.value)
    if (result === 'appended') series.origins = origins.follow(series.origins, sample.origin, atMs)
    return result
  }
  const dropBefore = (expiredMs: number) => {
    catalogue.dropBefore(expiredMs)
    memory.pages.dropBefore(expiredMs)
    origins.dropBefore(expiredMs)
    exposures.sweep()
  }
  /** By time now and then, for it looks at everything; by size at once. */
  const sweep = (nowMs: number) => {
    if (nowMs - sweptMs >= retentionMs / 8) {
      sweptMs = nowMs
      dropBefore(nowMs - retentionMs)
    }
    while (memory.sizeBytes > sizeMaxBytes) {
      const goneMs = memory.pages.dropOldest()
      if (goneMs === undefined) break
      dropBefore(goneMs)
    }
  }

  return {
    append(target, samples, atMs) {
      sweep(atMs)
      const exposition = exposures.begin(target)
      const count = { appended: 0, repeated: 0, 'out-of-order': 0, duplicate: 0, 'series-limit': 0 }
      for (const sample of samples) {
        const lookUp = () => catalogue.seriesOf(labelsOf(target, sample))
        const series = exposition.seriesOf(sample, lookUp)
        count[series === undefined ? 'series-limit' : take(series, sample, atMs)]++
      }
      for (const series of exposition.end()) series.markStale(atMs)
      const { appended, repeated, ...refused } = count
      measured.taken(appended)
      for (const [reason, number] of Object.entries(refused))
        measured.refused(reason as Refusal, number) // What is left of `count` are refusals.
      measured.series(catalogue.size)
      measured.memory(memory.sizeBytes)
      return { appended, refused }
    },
    select: catalogue.select,
    labelNames: catalogue.names,
    labelValues: catalogue.values,
    get seriesCount() {
      return catalogue.size
    },
  }
}
