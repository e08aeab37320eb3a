/**
 * Takes in what one source exposes, time for time: all of an exposition, or nothing. A series that
 * the source does not expose any more gets a stale marker: it is over, not merely quiet.
 */
import { Exposure, type Numbers } from './exposure.ts'
import type { Refusal } from './refusals.ts'
import { Rows } from './rows.ts'
import type { AppendResult, Series } from './series.ts'
import type { NewSample, Store } from './store.ts'

export interface Taken {
  readonly appended: number
  readonly refused: Readonly<Partial<Record<Refusal, number>>>
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Times of samples' own that are further ahead are refused. */
const aheadMsMax = 600_000

export class Feed {
  /** What the exposition that is under way holds so far. */
  readonly rows = new Rows()
  readonly exposure: Exposure
  readonly #store: Store
  /** How many samples had to be left out, as there was no room for their series. */
  #withoutSeries = 0

  constructor(store: Store, numbers: Numbers) {
    this.#store = store
    this.exposure = new Exposure(numbers)
  }

  /** A sample is not among the rows, because there are too many series. */
  refuse(): void {
    this.#withoutSeries++
  }

  /** Forgets the rows that are there so far. */
  clear(): void {
    this.rows.clear()
    this.#withoutSeries = 0
  }

  /** With `endsTimed` samples that have a time of their own can end, too. */
  take(takenMs: number, { endsTimed = false }: { readonly endsTimed?: boolean } = {}): Taken {
    const store = this.#store
    const atMs = Math.trunc(takenMs)
    const counts: Counts = { ...noCounts, 'series-limit': this.#withoutSeries }
    const { series, values, times, origins } = this.rows
    // One for all: nobody keeps it.
    const sample: Mutable<NewSample> = { atMs, value: 0.5, origin: undefined }
    for (let i = 0; i < series.count; i++) {
      const of = this.#present(series.at(i))
      const ownMs = times[i]
      sample.atMs = ownMs ?? atMs
      sample.value = values[i] ?? 0
      sample.origin = origins[i]
      const result = of === undefined ? 'series-limit' : this.#takeOne(of, sample, atMs)
      counts[result]++
      if (of !== undefined && (ownMs === undefined || endsTimed)) this.exposure.add(of)
    }
    this.clear()
    for (const gone of this.exposure.end()) store.end(gone, atMs)
    store.recorder.flush()
    store.sweep(atMs)
    return counted(store, counts)
  }

  #takeOne(series: Series, sample: NewSample, nowMs: number): keyof Counts {
    if (sample.atMs > nowMs + aheadMsMax) return 'too-new'
    if (sample.atMs < nowMs - this.#store.retentionMs) return 'too-old'
    return this.#store.take(series, sample)
  }

  /** One that was forgotten since it was found is made again. */
  #present(series: Series | undefined): Series | undefined {
    return series?.isReleased ? this.#store.catalogue.seriesOf(series.labels) : series
  }
}

type Counts = Record<AppendResult | 'series-limit' | 'too-new' | 'too-old', number>

const noCounts: Counts = {
  ...{ appended: 0, repeated: 0, 'out-of-order': 0, duplicate: 0 },
  ...{ 'series-limit': 0, 'too-new': 0, 'too-old': 0 },
}

function counted({ measured }: Store, counts: Counts): Taken {
  const { appended, repeated, ...others } = counts
  measured.taken(appended)
  const refused: Partial<Record<Refusal, number>> = {}
  // What is left of the counts are refusals.
  for (const [reason, count] of Object.entries(others) as [Refusal, number][]) {
    if (count === 0) continue
    measured.refused(reason, count)
    refused[reason] = count
  }
  return { appended, refused }
}
