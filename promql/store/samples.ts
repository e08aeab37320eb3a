/** The samples in memory: what each target exposed, as series, for as long as retention says. */
import type { ScrapedSample } from '#api/sample'
import type { Matcher } from '#lib/matcher'
import type { SeriesSource, StoredSeries } from '../source.ts'
import { createExposures } from './exposures.ts'
import type { Refusal } from './refusals.ts'
import { createStore, type Store, type StoreOptions } from './store.ts'
import { labelsOf, type Target } from './target-labels.ts'

export type { Target } from './target-labels.ts'

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
  select(matchers: readonly Matcher[]): readonly KnownSeries[]
  labelNames(): string[]
  labelValues(name: string): string[]
  readonly seriesCount: number
  statistics(): Statistics
}

export interface KnownSeries extends StoredSeries {
  /** Whether it may have samples from `fromMs` to `toMs`: a gap in them is not looked for. */
  overlaps(fromMs: number, toMs: number): boolean
}

export interface Statistics {
  readonly seriesCount: number
  readonly chunkCount: number
  readonly oldestMs: number
  readonly newestMs: number
  readonly labels: readonly LabelStatistics[]
}

export interface LabelStatistics {
  readonly name: string
  readonly values: readonly { readonly value: string; readonly seriesCount: number }[]
}

export const createSamples = (options: StoreOptions): Samples => samplesOf(createStore(options))

export function samplesOf(store: Store): Samples {
  const { catalogue, measured } = store
  const exposures = createExposures()
  store.onSweep(exposures.sweep)
  return {
    append(target, samples, takenMs) {
      const atMs = Math.trunc(takenMs)
      const exposition = exposures.begin(target)
      const count = { appended: 0, repeated: 0, 'out-of-order': 0, duplicate: 0, 'series-limit': 0 }
      for (const sample of samples) {
        const lookUp = () => catalogue.seriesOf(labelsOf(target, sample))
        const series = exposition.seriesOf(sample, lookUp)
        const { value, origin } = sample
        const result =
          series === undefined ? 'series-limit' : store.take(series, { atMs, value, origin })
        count[result]++
      }
      for (const series of exposition.end()) store.end(series, atMs)
      store.recorder.flush()
      store.sweep(atMs)
      const { appended, repeated, ...refused } = count
      measured.taken(appended)
      for (const [reason, number] of Object.entries(refused))
        measured.refused(reason as Refusal, number) // What is left of `count` are refusals.
      return { appended, refused }
    },
    select: catalogue.select,
    borrow: store.memory.rooms.borrow,
    labelNames: catalogue.names,
    labelValues: catalogue.values,
    get seriesCount() {
      return catalogue.size
    },
    statistics: () => statisticsOf(store),
  }
}

function statisticsOf({ catalogue, memory, newestMs }: Store): Statistics {
  let oldestMs = Number.POSITIVE_INFINITY
  for (const series of catalogue.all()) oldestMs = Math.min(oldestMs, series.oldestMs)
  const labels = [...catalogue.counts()].map(([name, values]) => ({
    name,
    values: [...values.values()].map(({ value, series }) => {
      return { value, seriesCount: series.length }
    }),
  }))
  const { size: seriesCount } = catalogue
  const chunkCount = memory.pages.chunkCount + seriesCount // Each has its newest samples besides.
  return { seriesCount, chunkCount, oldestMs, newestMs, labels }
}
