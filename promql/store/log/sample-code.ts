/**
 * Samples as the log holds them. Of each only what differs from the one before it is written: a
 * series after the last one, the same time, the same origin, and of the value the bytes that differ
 * from the value that the series had. Each file names its series anew, and needs no other file.
 */
import type { Labels } from '#lib/labels'
import type { ByteReader } from '../bytes/byte-reader.ts'
import type { ByteWriter } from '../bytes/byte-writer.ts'
import { readLabels, writeLabels } from './record.ts'

/** What a record begins with: a series follows, or a sample with these parts. */
const seriesMark = 0
const sampleMark = 0x80
const parts = { otherSeries: 0x10, otherTime: 0x20, otherOrigin: 0x40 } as const

/** The words of one value, lower one first. */
const scratch = new Float64Array(1)
const words = new Uint32Array(scratch.buffer)
const octets = new Uint8Array(scratch.buffer)

/** The values that series had last, as words. */
class LastWords {
  #words = new Uint32Array(2048)
  count = 0

  add(): number {
    if (2 * this.count + 2 > this.#words.length) {
      const grown = new Uint32Array(2 * this.#words.length)
      grown.set(this.#words)
      this.#words = grown
    }
    return this.count++
  }

  /** Puts into `words` what differs between them and the last ones, which they become. */
  exchange(series: number): void {
    const [low = 0, high = 0] = words
    words[0] = low ^ (this.#words[2 * series] ?? 0)
    words[1] = high ^ (this.#words[2 * series + 1] ?? 0)
    this.#words[2 * series] = low
    this.#words[2 * series + 1] = high
  }

  /** Puts into `words` the value that differs so much from the last one. */
  restore(series: number): void {
    words[0] = (words[0] ?? 0) ^ (this.#words[2 * series] ?? 0)
    words[1] = (words[1] ?? 0) ^ (this.#words[2 * series + 1] ?? 0)
    this.#words[2 * series] = words[0]
    this.#words[2 * series + 1] = words[1]
  }
}

/** One file's worth of samples, written. */
export class SampleEncoder {
  readonly #last = new LastWords()
  #origins = new Map<string | undefined, number>()
  #series = -1
  #atMs = 0
  #origin: string | undefined = undefined

  /** Frames can be read one by one, but for what their series are and had. */
  beginFrame(): void {
    this.#origins = new Map([[undefined, 0]])
    this.#series = -1
    this.#atMs = 0
    this.#origin = undefined
  }

  /** Names a series; gives the number that stands for it in this file. */
  series(to: ByteWriter, labels: Labels): number {
    to.byte(seriesMark)
    writeLabels(to, labels)
    return this.#last.add()
  }

  sample(to: ByteWriter, series: number, sample: Timed & { readonly value: number }): void {
    scratch[0] = sample.value
    this.#write(to, series, sample)
  }

  /** A value that is no number of ours: the marker of an end. */
  marker(to: ByteWriter, series: number, sample: Timed & Marker): void {
    words[0] = sample.low
    words[1] = sample.high
    this.#write(to, series, sample)
  }

  #write(to: ByteWriter, series: number, { atMs, origin }: Timed): void {
    this.#last.exchange(series)
    let [first, end] = [0, 8]
    while (end > 0 && octets[end - 1] === 0) end--
    while (first < end && octets[first] === 0) first++
    const hasOtherOrigin = origin !== this.#origin
    to.byte(
      sampleMark |
        (end - first) |
        (series === this.#series + 1 ? 0 : parts.otherSeries) |
        (atMs === this.#atMs ? 0 : parts.otherTime) |
        (hasOtherOrigin ? parts.otherOrigin : 0),
    )
    if (series !== this.#series + 1) to.signed(series - this.#series)
    if (atMs !== this.#atMs) to.signed(atMs - this.#atMs)
    if (hasOtherOrigin) this.#writeOrigin(to, origin)
    if (end > first) to.byte(first)
    for (let i = first; i < end; i++) to.byte(octets[i] ?? 0)
    this.#series = series
    this.#atMs = atMs
  }

  #writeOrigin(to: ByteWriter, origin: string | undefined): void {
    const known = this.#origins.get(origin)
    to.varint(known ?? this.#origins.size)
    this.#origin = origin
    if (known !== undefined || origin === undefined) return
    this.#origins.set(origin, this.#origins.size)
    to.text(origin)
  }
}

export interface Timed {
  readonly atMs: number
  readonly origin?: string | undefined
}

export interface Marker {
  readonly low: number
  readonly high: number
}

export interface SampleListener {
  /** A series was named; the next one has the next number. */
  series(labels: Labels): void
  sample(series: number, sample: Timed & Marker & { readonly value: number }): void
}

/** One file's worth of samples, read. */
export class SampleDecoder {
  readonly #last = new LastWords()

  frame(from: ByteReader, listener: SampleListener): void {
    const origins: (string | undefined)[] = [undefined]
    let [series, atMs] = [-1, 0]
    let origin: string | undefined
    while (!from.isAtEnd) {
      const mark = from.byte()
      if (mark === seriesMark) {
        this.#last.add()
        listener.series(readLabels(from))
        continue
      }
      series += (mark & parts.otherSeries) === 0 ? 1 : from.signed()
      if ((mark & parts.otherTime) !== 0) atMs += from.signed()
      if ((mark & parts.otherOrigin) !== 0) {
        const number = from.varint()
        if (number === origins.length) origins.push(from.text())
        origin = origins[number]
      }
      this.#readValue(from, series, mark & 15)
      const [value = 0] = scratch
      const [low = 0, high = 0] = words
      listener.sample(series, { atMs, origin, value, low, high })
    }
  }

  #readValue(from: ByteReader, series: number, length: number): void {
    words.fill(0)
    if (length > 0) {
      const first = from.byte()
      for (let i = 0; i < length; i++) octets[first + i] = from.byte()
    }
    this.#last.restore(series)
  }
}
