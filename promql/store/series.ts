/** One series: its newest samples in a row of a slab, older ones in chunks, the last one first. */
import type { Labels } from '#lib/labels'
import type { StoredSeries } from '../source.ts'
import type { Element, Window } from '../values.ts'
import { countAt, firstTimeOffset } from './chunk/chunk.ts'
import { isStale } from './chunk/columns.ts'
import { type Slab, spanMsMax } from './heads.ts'
import type { Memory } from './memory.ts'
import { type OriginLink, originAt } from './origins.ts'
import { type ChunkRef, chunkAt, chunkBefore, chunkLength, noChunk } from './pages.ts'

export type AppendResult = 'appended' | 'repeated' | 'out-of-order' | 'duplicate'

/** Where a walk through chunks keeps what it has passed. */
const passed: ChunkRef[] = []

export class Series implements StoredSeries {
  readonly labels: Labels
  /** Which samples came from where. */
  origins: OriginLink | undefined = undefined
  readonly labelCount: number
  /** The exposition that it was last part of, and its place there. */
  exposition = 0
  place = 0
  /** The file of the log that it was last named in, and its number there. */
  logFile = 0
  logNumber = 0
  /** Whether it was forgotten: its row is another's by now. */
  isReleased = false
  readonly #memory: Memory
  readonly #slab: Slab
  readonly #row: number

  constructor(labels: Labels, memory: Memory) {
    this.labels = labels
    this.labelCount = Object.keys(labels).length
    this.#memory = memory
    const { slab, row } = memory.heads.take()
    this.#slab = slab
    this.#row = row
  }

  /** When the newest sample or marker was taken: in the row, for it is packed only for more. */
  get newestMs(): number {
    const count = this.#slab.counts[this.#row] ?? 0
    return count === 0 ? Number.NEGATIVE_INFINITY : this.#slab.timeAt(this.#row, count - 1)
  }

  /** When the oldest sample was taken that is still there. */
  get oldestMs(): number {
    const { pages } = this.#memory
    let oldestMs = this.#slab.timeAt(this.#row, 0)
    for (let ref: ChunkRef = this.#slab.chunks[this.#row] ?? noChunk; ref !== noChunk; ) {
      const page = pages.pageOf(ref)
      if (page === undefined) break
      oldestMs = page.view.getFloat64(chunkAt(ref) + firstTimeOffset, true)
      ref = chunkBefore(page, ref)
    }
    return oldestMs
  }

  /** Whether it may have samples from `fromMs` to `toMs`: a gap in them is not looked for. */
  overlaps(fromMs: number, toMs: number): boolean {
    return this.newestMs >= fromMs && this.oldestMs <= toMs
  }

  get isStale(): boolean {
    const count = this.#slab.counts[this.#row] ?? 0
    return count > 0 && this.#slab.isStaleAt(this.#row, count - 1)
  }

  append(atMs: number, value: number): AppendResult {
    const slab = this.#slab
    const row = this.#row
    const newestMs = this.newestMs
    if (atMs <= newestMs) {
      if (atMs < newestMs) return 'out-of-order'
      const last = slab.valueAt(row, (slab.counts[row] ?? 0) - 1)
      return !this.isStale && Object.is(last, value) ? 'repeated' : 'duplicate'
    }
    this.#makeRoom(atMs)
    slab.put(row, atMs, value)
    return 'appended'
  }

  /** Ends the series at `atMs`, until its next sample. */
  markStale(atMs: number): AppendResult {
    if (this.isStale) return 'repeated'
    const newestMs = this.newestMs
    if (atMs <= newestMs) return atMs === newestMs ? 'duplicate' : 'out-of-order'
    this.#makeRoom(atMs)
    this.#slab.putStale(this.#row, atMs)
    return 'appended'
  }

  /** Gives back what it holds; nobody may use it afterwards. */
  release(): void {
    this.isReleased = true
    this.#memory.heads.giveBack({ slab: this.#slab, row: this.#row })
  }

  at(atMs: number, oldestMs: number): Element | undefined {
    const slab = this.#slab
    const row = this.#row
    let i = (slab.counts[row] ?? 0) - 1
    while (i >= 0 && slab.timeAt(row, i) > atMs) i--
    if (i < 0) return this.#packedAt(atMs, oldestMs)
    const sampledAtMs = slab.timeAt(row, i)
    if (sampledAtMs < oldestMs || slab.isStaleAt(row, i)) return undefined
    return this.#element(sampledAtMs, slab.valueAt(row, i))
  }

  window(fromMs: number, toMs: number): Window | undefined {
    const slab = this.#slab
    const row = this.#row
    const headCount = slab.counts[row] ?? 0
    const isInHead = headCount > 0 && slab.timeAt(row, 0) <= fromMs
    const packedCount = isInHead ? 0 : this.#unpackFrom(fromMs)
    const { times: packedTimes, values: packedValues, bits } = this.#memory.unpacked
    const { columns, from } = this.#memory.rooms.open(packedCount + headCount)
    const { times, values } = columns
    let to = from
    for (let i = 0; i < packedCount; i++) {
      const ms = packedTimes[i] ?? 0
      if (ms < fromMs || ms > toMs || isStale(bits, i)) continue
      times[to] = ms
      values[to++] = packedValues[i] ?? 0
    }
    for (let i = 0; i < headCount; i++) {
      const ms = slab.timeAt(row, i)
      if (ms < fromMs || ms > toMs || slab.isStaleAt(row, i)) continue
      times[to] = ms
      values[to++] = slab.valueAt(row, i)
    }
    if (to === from) return undefined
    this.#memory.rooms.used(to - from)
    const sampledAtMs = times[to - 1] ?? 0
    return { times, values, from, to, sampledAtMs, origin: originAt(this.origins, sampledAtMs) }
  }

  /** Its chunks, oldest first, as they lie in their pages; each ends at `endMs` at the latest. */
  chunks(): { readonly bytes: Uint8Array; readonly endMs: number }[] {
    const found: { readonly bytes: Uint8Array; readonly endMs: number }[] = []
    let ref: ChunkRef = this.#slab.chunks[this.#row] ?? noChunk
    while (ref !== noChunk) {
      const page = this.#memory.pages.pageOf(ref)
      if (page === undefined) break
      const at = chunkAt(ref)
      const bytes = page.bytes.subarray(at, at + chunkLength(page, ref))
      found.push({ bytes, endMs: this.#memory.pages.endMs(page) })
      ref = chunkBefore(page, ref)
    }
    return found.reverse()
  }

  /** Its newest samples as a chunk; valid until another is made. Undefined: there are none. */
  head(): Uint8Array | undefined {
    if (this.#slab.counts[this.#row] === 0) return undefined
    return this.#memory.pack(this.#slab, this.#row)
  }

  /** Puts back a chunk of `chunks`; only before anything is appended. */
  restore(chunk: Uint8Array, endMs: number): void {
    const before = this.#slab.chunks[this.#row] ?? noChunk
    this.#slab.sealed(this.#row, this.#memory.pages.add(chunk, before, endMs))
  }

  /** Puts back what `head` gave; only after all its chunks, and before anything is appended. */
  restoreHead(chunk: Buffer): void {
    const count = this.#memory.unpackAlone(chunk)
    const { times, values, bits } = this.#memory.unpacked
    for (let i = 0; i < count; i++) {
      const atMs = times[i] ?? 0
      if (isStale(bits, i)) this.markStale(atMs)
      else this.append(atMs, values[i] ?? 0)
    }
  }

  #makeRoom(atMs: number): void {
    const slab = this.#slab
    const row = this.#row
    const count = slab.counts[row] ?? 0
    if (count === 0) return
    const isFull = count >= (slab.rooms[row] ?? 0)
    if (!isFull && atMs - (slab.starts[row] ?? 0) <= spanMsMax) return
    const before = slab.chunks[row] ?? noChunk
    const endMs = this.newestMs
    slab.sealed(row, this.#memory.pages.add(this.#memory.pack(slab, row), before, endMs))
  }

  /** Unpacks every chunk that may hold something from `fromMs` on; says how many samples it was. */
  #unpackFrom(fromMs: number): number {
    const { pages } = this.#memory
    passed.length = 0
    let ref: ChunkRef = this.#slab.chunks[this.#row] ?? noChunk
    while (ref !== noChunk) {
      const page = pages.pageOf(ref)
      if (page === undefined) break
      passed.push(ref)
      if (page.view.getFloat64(chunkAt(ref) + firstTimeOffset, true) <= fromMs) break
      ref = chunkBefore(page, ref)
    }
    let count = 0
    for (let i = passed.length - 1; i >= 0; i--) {
      const next = passed[i] ?? noChunk
      const page = pages.pageOf(next)
      if (page !== undefined) count += this.#memory.unpack(page, next, count).count
    }
    return count
  }

  #packedAt(atMs: number, oldestMs: number): Element | undefined {
    const { pages } = this.#memory
    let ref: ChunkRef = this.#slab.chunks[this.#row] ?? noChunk
    while (ref !== noChunk) {
      const page = pages.pageOf(ref)
      if (page === undefined) return undefined
      if (page.view.getFloat64(chunkAt(ref) + firstTimeOffset, true) <= atMs) break
      ref = chunkBefore(page, ref)
    }
    const page = ref === noChunk ? undefined : pages.pageOf(ref)
    if (page === undefined) return undefined
    let i = countAt(page.bytes, chunkAt(ref)) - 1
    this.#memory.unpack(page, ref, 0)
    const { times, values, bits } = this.#memory.unpacked
    while (i > 0 && (times[i] ?? 0) > atMs) i--
    const sampledAtMs = times[i] ?? 0
    if (sampledAtMs < oldestMs || isStale(bits, i)) return undefined
    return this.#element(sampledAtMs, values[i] ?? 0)
  }

  #element(sampledAtMs: number, value: number): Element {
    const origin = originAt(this.origins, sampledAtMs)
    return { labels: this.labels, value, sampledAtMs, origin }
  }
}
