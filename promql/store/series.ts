/** One series: its samples as columns, oldest first. Hot, hence a class with private fields. */
import type { Labels } from '#lib/labels'
import type { StoredSeries } from '../source.ts'
import type { Element, Window } from '../values.ts'

/** What stands in the origin column beside a stale marker. */
const staleMark = 0xffff_ffff
const firstCapacity = 16

export type AppendResult = 'appended' | 'repeated' | 'out-of-order' | 'duplicate'

export interface NewSample {
  readonly atMs: number
  readonly value: number
  /** An id of `origins.ts`. */
  readonly originId: number
}

export interface OriginNames {
  nameOf(id: number): string | undefined
}

export class Series implements StoredSeries {
  readonly labels: Labels
  readonly #origins: OriginNames
  #times = new Float64Array(firstCapacity)
  #values = new Float64Array(firstCapacity)
  #originIds = new Uint32Array(firstCapacity)
  #start = 0
  #end = 0
  #staleCount = 0

  constructor(labels: Labels, origins: OriginNames) {
    this.labels = labels
    this.#origins = origins
  }

  get sampleCount(): number {
    return this.#end - this.#start
  }

  /** When the newest sample or marker was taken. */
  get newestMs(): number {
    return this.#end > this.#start ? (this.#times[this.#end - 1] ?? 0) : Number.NEGATIVE_INFINITY
  }

  get isStale(): boolean {
    return this.#end > this.#start && this.#originIds[this.#end - 1] === staleMark
  }

  /** Samples before `expiredMs` may be dropped to make room. */
  append({ atMs, value, originId }: NewSample, expiredMs: number): AppendResult {
    const newestMs = this.newestMs
    if (atMs < newestMs) return 'out-of-order'
    if (atMs === newestMs) {
      const last = this.#values[this.#end - 1]
      return !this.isStale && Object.is(last, value) ? 'repeated' : 'duplicate'
    }
    this.#makeRoom(expiredMs)
    this.#times[this.#end] = atMs
    this.#values[this.#end] = value
    this.#originIds[this.#end] = originId
    this.#end++
    return 'appended'
  }

  /** Ends the series at `atMs`, until its next sample. */
  markStale(atMs: number, expiredMs: number): void {
    if (this.isStale) return
    const sample = { atMs, value: Number.NaN, originId: staleMark }
    if (this.append(sample, expiredMs) === 'appended') this.#staleCount++
  }

  dropBefore(expiredMs: number): void {
    const start = this.#firstAtOrAfter(expiredMs)
    for (let i = this.#start; i < start; i++)
      if (this.#originIds[i] === staleMark) this.#staleCount--
    this.#start = start
  }

  at(atMs: number, oldestMs: number): Element | undefined {
    const i = this.#firstAfter(atMs) - 1
    if (i < this.#start) return undefined
    const sampledAtMs = this.#times[i] ?? 0
    const originId = this.#originIds[i] ?? 0
    if (sampledAtMs < oldestMs || originId === staleMark) return undefined
    const origin = this.#origins.nameOf(originId)
    return { labels: this.labels, value: this.#values[i] ?? 0, sampledAtMs, origin }
  }

  window(fromMs: number, toMs: number): Window | undefined {
    const from = this.#firstAtOrAfter(fromMs)
    const to = this.#firstAfter(toMs)
    if (this.#staleCount > 0) return this.#liveWindow(from, to)
    if (from >= to) return undefined
    const [times, values] = [this.#times, this.#values]
    return { times, values, from, to, ...this.#provenance(to - 1) }
  }

  #liveWindow(from: number, to: number): Window | undefined {
    const live: number[] = []
    for (let i = from; i < to; i++) if (this.#originIds[i] !== staleMark) live.push(i)
    const newest = live.at(-1)
    if (newest === undefined) return undefined
    const times = Float64Array.from(live, (i) => this.#times[i] ?? 0)
    const values = Float64Array.from(live, (i) => this.#values[i] ?? 0)
    return { times, values, from: 0, to: live.length, ...this.#provenance(newest) }
  }

  #provenance(i: number) {
    const origin = this.#origins.nameOf(this.#originIds[i] ?? 0)
    return { sampledAtMs: this.#times[i], origin }
  }

  #firstAtOrAfter(ms: number): number {
    let [low, high] = [this.#start, this.#end]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#times[middle] ?? 0) < ms) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Most questions are about now: the newest sample is looked at first. */
  #firstAfter(ms: number): number {
    let [low, high] = [this.#start, this.#end]
    if (high > low && (this.#times[high - 1] ?? 0) <= ms) return high
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#times[middle] ?? 0) <= ms) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Moves to fresh columns when full, so that a window handed out keeps what it shows. */
  #makeRoom(expiredMs: number): void {
    if (this.#end < this.#times.length) return
    this.dropBefore(expiredMs)
    const count = this.sampleCount
    const capacity = Math.max(firstCapacity, Math.ceil(count * 1.5))
    this.#times = moved(this.#times.subarray(this.#start), new Float64Array(capacity))
    this.#values = moved(this.#values.subarray(this.#start), new Float64Array(capacity))
    this.#originIds = moved(this.#originIds.subarray(this.#start), new Uint32Array(capacity))
    this.#start = 0
    this.#end = count
  }
}

function moved<A extends Float64Array | Uint32Array>(from: A, to: A): A {
  to.set(from)
  return to
}
