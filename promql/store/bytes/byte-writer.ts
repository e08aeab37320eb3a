/** Writes numbers, texts and single bits in a row; what is longer than a byte is little-endian. */

const firstBytes = 1024

export class ByteWriter {
  #bytes = Buffer.allocUnsafe(firstBytes)
  #size = 0
  /** Bits that do not fill a byte yet, and how many. */
  #pending = 0
  #pendingCount = 0

  get sizeBytes(): number {
    return this.#size
  }

  /** Forgets what was written; views of it are overwritten. */
  reset(): void {
    this.#size = 0
    this.#pending = 0
    this.#pendingCount = 0
  }

  byte(value: number): void {
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

  /** A whole number from 0 to 2⁵³, in as many bytes as it needs. */
  varint(value: number): void {
    this.#room(8)
    let rest = value
    while (rest > 127) {
      this.#bytes[this.#size++] = (rest & 127) | 128
      rest = rest > 0x7fff_ffff ? Math.floor(rest / 128) : rest >>> 7
    }
    this.#bytes[this.#size++] = rest
  }

  /** A whole number from -2⁵² to 2⁵². */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value)
  }

  text(value: string): void {
    this.#room(8 + 3 * value.length) // UTF-8 takes at most 3 bytes for a UTF-16 unit.
    this.varint(Buffer.byteLength(value))
    this.#size += this.#bytes.write(value, this.#size)
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#size)
    this.#size += bytes.length
  }

  /** The lowest `count` bits of a whole number from 0 to 2⁵³, the highest of them first. */
  bits(value: number, count: number): void {
    if (count > 24) {
      this.bits(Math.floor(value / 0x100_0000), count - 24)
      this.bits(value % 0x100_0000, 24)
      return
    }
    this.#pending = (this.#pending << count) | value
    this.#pendingCount += count
    while (this.#pendingCount >= 8) {
      this.#pendingCount -= 8
      this.byte((this.#pending >>> this.#pendingCount) & 255)
    }
    this.#pending &= 255 >>> (8 - this.#pendingCount)
  }

  /** Fills the byte that was begun. */
  align(): void {
    if (this.#pendingCount > 0) this.bits(0, 8 - this.#pendingCount)
  }

  /** Overwrites what was written at `at`. */
  patchByte(at: number, value: number): void {
    this.#bytes[at] = value
  }

  patch32(at: number, value: number): void {
    this.#bytes.writeUInt32LE(value, at)
  }

  /** A view of what was written from `start` on; valid until the next write. */
  since(start: number): Buffer {
    return this.#bytes.subarray(start, this.#size)
  }

  /** What was written, in a buffer that later writes leave alone. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#size))
    this.reset()
    return taken
  }

  #room(needBytes: number): void {
    if (this.#size + needBytes <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#size + needBytes))
    this.#bytes.copy(grown, 0, 0, this.#size)
    this.#bytes = grown
  }
}
