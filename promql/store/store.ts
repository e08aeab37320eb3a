/** Series and their samples in memory, within bounds of time, of bytes and of series. */
import type { Metrics } from '#lib/metrics'
import { type Catalogue, createCatalogue } from './catalogue.ts'
import { Memory } from './memory.ts'
import { createOrigins, type Origins } from './origins.ts'
import { createIntakeMetrics, type IntakeMetrics } from './refusals.ts'
import { createRoom } from './room.ts'
import type { AppendResult, Series } from './series.ts'

export interface StoreOptions {
  readonly metrics: Metrics
  readonly retentionMs: number
  readonly seriesMax: number
  /** Above it the oldest samples go before their time; 0: only time counts. */
  readonly sizeMaxBytes?: number
}

export interface NewSample {
  readonly atMs: number
  readonly value: number
  readonly origin?: string | undefined
}

/** Is told of every sample and marker that was taken in. */
export interface Recorder {
  sample(series: Series, sample: NewSample): void
  stale(series: Series, atMs: number): void
  /** What was told so far belongs together. */
  flush(): void
}

export interface Store {
  readonly memory: Memory
  readonly origins: Origins
  readonly catalogue: Catalogue
  readonly measured: IntakeMetrics
  readonly retentionMs: number
  take(series: Series, sample: NewSample): AppendResult
  /** Ends a series at `atMs`, until its next sample. */
  end(series: Series, atMs: number): AppendResult
  /** Is told of a series that has its samples from elsewhere. */
  restored(series: Series): void
  /** Takes away what is too old at `nowMs`, now and then, and what is too much. */
  sweep(nowMs: number): void
  /** Calls `run` after each sweep that took something away. */
  onSweep(run: () => void): void
  /** When the newest sample was taken. */
  readonly newestMs: number
  recorder: Recorder
}

const nobody: Recorder = { sample() {}, stale() {}, flush() {} }

/** What is too old goes in steps: each looks at everything; samples of one step lie together. */
const stepsPerRetention = 8
const stepMsMax = 1_800_000

export function createStore({
  metrics,
  retentionMs,
  seriesMax,
  sizeMaxBytes = 0,
}: StoreOptions): Store {
  const stepMs = Math.max(1, Math.min(stepMsMax, Math.ceil(retentionMs / stepsPerRetention)))
  const memory = new Memory(stepMs)
  const origins = createOrigins()
  const catalogue = createCatalogue({ memory, seriesMax })
  const measured = createIntakeMetrics(metrics, { seriesMax, sizeMaxBytes })
  const room = createRoom(catalogue, seriesMax)
  const afterSweep: (() => void)[] = []
  let sweptMs = Number.NEGATIVE_INFINITY
  let newestMs = Number.NEGATIVE_INFINITY

  const dropBefore = (expiredMs: number) => {
    catalogue.dropBefore(expiredMs)
    memory.pages.dropBefore(expiredMs)
    origins.dropBefore(expiredMs)
    for (const run of afterSweep) run()
  }
  const store: Store = {
    ...{ memory, origins, catalogue, measured, retentionMs },
    recorder: nobody,
    take(series, sample) {
      const { atMs, value, origin } = sample
      const result = series.append(atMs, value)
      if (result !== 'appended') return result
      series.origins = origins.follow(series.origins, origin, atMs)
      if (atMs > newestMs) newestMs = atMs
      store.recorder.sample(series, sample)
      return result
    },
    end(series, atMs) {
      const result = series.markStale(atMs)
      if (result === 'appended') store.recorder.stale(series, atMs)
      return result
    },
    restored(series) {
      if (series.newestMs > newestMs) newestMs = series.newestMs
    },
    sweep(nowMs) {
      if (nowMs - sweptMs >= stepMs) {
        sweptMs = nowMs
        dropBefore(nowMs - retentionMs)
      }
      while (sizeMaxBytes > 0 && memory.sizeBytes > sizeMaxBytes) {
        const goneMs = memory.pages.dropOldest()
        if (goneMs === undefined) break
        dropBefore(goneMs)
      }
      if (room.make(nowMs)) for (const run of afterSweep) run()
      measured.series(catalogue.size)
      measured.memory(memory.sizeBytes)
    },
    onSweep: (run) => void afterSweep.push(run),
    get newestMs() {
      return newestMs
    },
  }
  return store
}
