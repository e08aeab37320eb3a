/** The samples in memory: what each target exposed, as series, for as long as retention says. */
import type { ScrapedSample } from '#api/sample'
import type { Labels } from '#lib/labels'
import type { Matcher } from '#lib/matcher'
import type { SeriesSource, StoredSeries } from '../source.ts'
import { createNumbers } from './exposure.ts'
import { Feed, type Taken } from './feed.ts'
import { gather } from './gather.ts'
import type { Series } from './series.ts'
import { createStore, type Store, type StoreOptions } from './store.ts'
import type { Target } from './target-labels.ts'

export type { Target } from './target-labels.ts'

export interface Samples extends SeriesSource {
  /**
   * Takes in everything that a target exposed at `atMs`. A series that the target exposed the time
   * before and does not now gets a stale marker: it is over, not merely quiet.
   */
  append(target: Target, samples: Iterable<ScrapedSample>, atMs: number): Taken
  /** For a source that finds its series itself. */
  feed(): Feed
  /** The series of these canonical labels, made where there is none; undefined: too many. */
  seriesOf(labels: Labels): Series | undefined
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
  const { catalogue } = store
  const numbers = createNumbers()
  const feeds = new Map<string, Feed>()
  store.onSweep(() => {
    for (const [name, { exposure }] of feeds) if (exposure.isOver) feeds.delete(name)
  })
  return {
    append(target, samples, atMs) {
      const feed = feeds.get(target.name) ?? new Feed(store, numbers)
      feeds.set(target.name, feed)
      gather(feed, { target, samples, catalogue })
      return feed.take(atMs)
    },
    feed: () => new Feed(store, numbers),
    seriesOf: catalogue.seriesOf,
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
