/** What all series of a store share: where their samples lie, and room to unpack them in. */
import { ByteReader } from './bytes/byte-reader.ts'
import { ByteWriter } from './bytes/byte-writer.ts'
import { readChunk, samplesMax, writeChunk } from './chunk/chunk.ts'
import { type Columns, createColumns, createRooms, type Rooms } from './chunk/columns.ts'
import { createHeads, type Heads, rowLength, type Slab } from './heads.ts'
import { type ChunkRef, chunkAt, createPages, type Page, type Pages, slackBytes } from './pages.ts'

export class Memory {
  readonly heads: Heads = createHeads()
  readonly pages: Pages
  readonly rooms: Rooms = createRooms()
  readonly #writer = new ByteWriter()
  readonly #reader = new ByteReader()
  readonly #row = createColumns(rowLength)
  #unpacked = createColumns(16 * samplesMax)

  /** Retention takes away so much at once. */
  constructor(spanMs: number) {
    this.pages = createPages(spanMs)
  }

  get sizeBytes(): number {
    return this.pages.sizeBytes + this.heads.sizeBytes
  }

  /** Where chunks are unpacked; the next unpacking writes over it. */
  get unpacked(): Columns {
    return this.#unpacked
  }

  /** Unpacks a chunk to `at` on. */
  unpack(page: Page, ref: ChunkRef, at: number) {
    if (at + samplesMax > this.#unpacked.times.length) this.#grow()
    this.#reader.open(page.bytes, chunkAt(ref))
    return readChunk(this.#reader, this.#unpacked, at)
  }

  /** Unpacks a chunk that lies in no page; says how many samples it was. */
  unpackAlone(chunk: Uint8Array): number {
    const withSlack = Buffer.concat([chunk], chunk.length + slackBytes)
    this.#reader.open(withSlack, 0)
    return readChunk(this.#reader, this.#unpacked, 0).count
  }

  /** The samples of a row as a chunk; valid until the next one. */
  pack(slab: Slab, row: number): Uint8Array {
    const { times, bits } = this.#row
    const count = slab.counts[row] ?? 0
    const first = 2 * row * rowLength
    for (let i = 0; i < count; i++) times[i] = slab.timeAt(row, i)
    for (let i = 0; i < 2 * count; i++) bits[i] = slab.bits[first + i] ?? 0
    this.#writer.reset()
    writeChunk(this.#writer, this.#row, count)
    return this.#writer.since(0)
  }

  #grow(): void {
    const grown = createColumns(2 * this.#unpacked.times.length)
    grown.times.set(this.#unpacked.times)
    grown.bits.set(this.#unpacked.bits)
    this.#unpacked = grown
  }
}
