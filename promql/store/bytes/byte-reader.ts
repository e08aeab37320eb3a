/**
 * Reads what `byte-writer.ts` wrote: memory of our own, or bytes of a file with a good checksum.
 */
import { assert } from '#lib/assert'

export class ByteReader {
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0
  /** How many bits of the byte at `#at` were read. */
  #bit = 0

  constructor(bytes?: Buffer) {
    if (bytes !== undefined) this.open(bytes, 0)
  }

  open(bytes: Buffer, at: number): void {
    this.#bytes = bytes
    this.#at = at
    this.#bit = 0
  }

  get at(): number {
    return this.#at
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0
  }

  whole32(): number {
    const value = this.#bytes.readUInt32LE(this.#at)
    this.#at += 4
    return value
  }

  float(): number {
    const value = this.#bytes.readDoubleLE(this.#at)
    this.#at += 8
    return value
  }

  varint(): number {
    const first = this.byte()
    if (first < 128) return first
    let value = first & 127
    for (let scale = 128; ; scale *= 128) {
      const byte = this.byte()
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }

  signed(): number {
    const value = this.varint()
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }

  text(): string {
    const length = this.varint()
    const start = this.#step(length)
    return this.#bytes.toString('utf8', start, start + length)
  }

  /** A view, which keeps all of the bytes alive. */
  raw(length: number): Buffer {
    const start = this.#step(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** At least three more bytes must follow those that hold the bits. */
  bits(count: number): number {
    if (count > 24) return this.bits(count - 24) * 0x100_0000 + this.bits(24)
    if (count === 0) return 0
    const bytes = this.#bytes
    const at = this.#at
    // Within the buffer by the contract above.
    const word =
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)
    const end = this.#bit + count
    const value = (word << this.#bit) >>> (32 - count)
    this.#at = at + (end >>> 3)
    this.#bit = end & 7
    return value
  }

  /** Leaves the rest of a byte of which bits were read. */
  align(): void {
    if (this.#bit > 0) this.#at++
    this.#bit = 0
  }

  #step(sizeBytes: number): number {
    const start = this.#at
    assert(start + sizeBytes <= this.#bytes.length, 'a record with a good checksum is not whole')
    this.#at += sizeBytes
    return start
  }
}
