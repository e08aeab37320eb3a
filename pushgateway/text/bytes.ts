/** Writes and reads numbers and texts in a row, little-endian; a text has its length before it. */
import { escapeValue } from '#lib/labels'
import type { LabelPair } from './family.ts'

export class ByteWriter {
  #bytes = Buffer.allocUnsafe(64 * 1024)
  #size = 0

  get sizeBytes(): number {
    return this.#size
  }

  /** Forgets what was written; views of it are overwritten. */
  reset(): void {
    this.#size = 0
  }

  whole8(value: number): void {
    this.#room(1)
    this.#bytes[this.#size++] = value
  }

  whole32(value: number): void {
    this.#room(4)
    this.#size = this.#bytes.writeUInt32LE(value, this.#size)
  }

  float(value: number): void {
    this.#room(8)
    this.#size = this.#bytes.writeDoubleLE(value, this.#size)
  }

  text(value: string): void {
    this.#room(4 + 3 * value.length) // UTF-8 takes at most 3 bytes for a UTF-16 unit.
    const written = this.#bytes.write(value, this.#size + 4)
    this.#bytes.writeUInt32LE(written, this.#size)
    this.#size += 4 + written
  }

  /** The text alone, without its length. */
  letters(value: string): void {
    this.#room(3 * value.length)
    const bytes = this.#bytes
    let at = this.#size
    for (let i = 0; i < value.length; i++) {
      const letter = value.charCodeAt(i)
      if (letter > 127) {
        at += bytes.write(value.slice(i), at)
        break
      }
      bytes[at++] = letter
    }
    this.#size = at
  }

  /** Takes the last byte back. */
  dropLast(): void {
    this.#size--
  }

  /** As it stands between quotes in the text format. */
  escaped(value: string): void {
    this.letters(escapeValue(value))
  }

  /** Overwrites what was written at `at`. */
  patch32(at: number, value: number): void {
    this.#bytes.writeUInt32LE(value, at)
  }

  pairs(pairs: readonly LabelPair[]): void {
    this.whole32(pairs.length)
    for (const [name, value] of pairs) {
      this.text(name)
      this.text(value)
    }
  }

  /** Bytes with their length before them. */
  sized(bytes: Uint8Array): void {
    this.whole32(bytes.length)
    this.raw(bytes)
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#size)
    this.#size += bytes.length
  }

  /** A view of what was written from `start` on; valid until the next write. */
  since(start: number): Buffer {
    return this.#bytes.subarray(start, this.#size)
  }

  /** What was written, in a buffer that later writes leave alone. */
  copy(): Buffer {
    const copied = Buffer.allocUnsafe(this.#size)
    this.#bytes.copy(copied, 0, 0, this.#size)
    return copied
  }

  #room(needBytes: number): void {
    if (this.#size + needBytes <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#size + needBytes))
    this.#bytes.copy(grown, 0, 0, this.#size)
    this.#bytes = grown
  }
}

export class ByteReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  whole8(): number {
    return this.#bytes.readUInt8(this.#step(1))
  }

  whole32(): number {
    return this.#bytes.readUInt32LE(this.#step(4))
  }

  float(): number {
    return this.#bytes.readDoubleLE(this.#step(8))
  }

  /** A copy that does not keep the rest alive. */
  raw(): Buffer {
    const length = this.whole32()
    const start = this.#step(length)
    const copied = Buffer.allocUnsafeSlow(length)
    this.#bytes.copy(copied, 0, start, start + length)
    return copied
  }

  /** A view, which keeps all of the bytes alive. */
  view(): Buffer {
    const length = this.whole32()
    const start = this.#step(length)
    return this.#bytes.subarray(start, start + length)
  }

  text(): string {
    const length = this.whole32()
    const start = this.#step(length)
    return this.#bytes.toString('utf8', start, start + length)
  }

  list<T>(item: () => T): T[] {
    return Array.from({ length: this.whole32() }, item)
  }

  #step(sizeBytes: number): number {
    const start = this.#at
    this.#at += sizeBytes
    return start
  }
}
