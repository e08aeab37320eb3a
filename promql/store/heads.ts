/**
 * The newest samples of every series, unpacked, in rows of large columns: an append is two writes,
 * and what rules mostly ask for is there without unpacking anything.
 */
import { isStale, writeStale } from './chunk/columns.ts'
import { type ChunkRef, noChunk } from './pages.ts'

/** A row is packed when it is full. */
export const rowLength = 32
const rowsPerSlab = 512

/** Offsets have 32 bits: a head spans 49 days at most. */
export const spanMsMax = 0xffff_ffff

/** Some hundred rows, and for each what is to be known about its series. */
export class Slab {
  readonly values = new Float64Array(rowsPerSlab * rowLength)
  readonly bits = new Uint32Array(this.values.buffer)
  /** Milliseconds after the row's start. */
  readonly offsets = new Uint32Array(rowsPerSlab * rowLength)
  readonly starts = new Float64Array(rowsPerSlab)
  readonly counts = new Uint8Array(rowsPerSlab)
  /** How many samples make the row full. */
  readonly rooms = new Uint8Array(rowsPerSlab)
  /** The newest chunk of the row's series. */
  readonly chunks = new Uint32Array(rowsPerSlab)

  begin(row: number): void {
    this.counts[row] = 0
    // The first time somewhat early: series that begin together would be packed all at once.
    this.rooms[row] = rowLength / 2 + (row % (rowLength / 2)) + 1
    this.chunks[row] = noChunk
  }

  put(row: number, atMs: number, value: number): void {
    const index = this.#next(row, atMs)
    this.values[index] = value
  }

  putStale(row: number, atMs: number): void {
    const index = this.#next(row, atMs)
    writeStale(this.bits, index)
  }

  /** Empties the row, which lies in chunk `ref` from now on. */
  sealed(row: number, ref: ChunkRef): void {
    this.counts[row] = 0
    this.rooms[row] = rowLength
    this.chunks[row] = ref
  }

  timeAt(row: number, i: number): number {
    return (this.starts[row] ?? 0) + (this.offsets[row * rowLength + i] ?? 0)
  }

  valueAt(row: number, i: number): number {
    return this.values[row * rowLength + i] ?? 0
  }

  isStaleAt(row: number, i: number): boolean {
    return isStale(this.bits, row * rowLength + i)
  }

  #next(row: number, atMs: number): number {
    const count = this.counts[row] ?? 0
    if (count === 0) this.starts[row] = atMs
    const index = row * rowLength + count
    this.offsets[index] = atMs - (this.starts[row] ?? 0)
    this.counts[row] = count + 1
    return index
  }
}

export interface Slot {
  readonly slab: Slab
  readonly row: number
}

export interface Heads {
  take(): Slot
  giveBack(slot: Slot): void
  readonly sizeBytes: number
}

const slabBytes = rowsPerSlab * (rowLength * 12 + 14)

export function createHeads(): Heads {
  const free: Slot[] = []
  let slabCount = 0
  return {
    take() {
      if (free.length === 0) {
        const slab = new Slab()
        slabCount++
        for (let row = rowsPerSlab - 1; row >= 0; row--) free.push({ slab, row })
      }
      // Filled above where it was empty.
      const slot = free.pop() as Slot
      slot.slab.begin(slot.row)
      return slot
    },
    giveBack(slot) {
      free.push(slot)
    },
    get sizeBytes() {
      return slabCount * slabBytes
    },
  }
}
