/** The samples in memory: what each target exposed, as series, for as long as retention says. */
import type { ScrapedSample } from '#api/sample'
import type { SeriesSource } from '../source.ts'
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
  labelNames(): string[]
  labelValues(name: string): string[]
  readonly seriesCount: number
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
    labelNames: catalogue.names,
    labelValues: catalogue.values,
    get seriesCount() {
      return catalogue.size
    },
  }
}
