/** Writes protobuf's wire format into a buffer that grows. */

const float = new Float64Array(1)
const floatBytes = new Uint8Array(float.buffer)

const nothing = Buffer.alloc(0)

export class WireWriter {
  readonly #capacityBytes: number
  #bytes = nothing
  #size = 0

  constructor(capacityBytes = 256) {
    this.#capacityBytes = capacityBytes
  }

  get sizeBytes(): number {
    return this.#size
  }

  /** Hands out what was written and begins anew, in another buffer. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#size)
    this.#bytes = nothing
    this.#size = 0
    return taken
  }

  /** Valid until more is written. */
  written(): Buffer {
    return this.#bytes.subarray(0, this.#size)
  }

  /** Begins anew in the same buffer. */
  reset(): void {
    this.#size = 0
  }

  /** Hands out a copy of just the size, for what will be kept, and begins anew. */
  takeCopy(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#size))
    this.#size = 0
    return taken
  }

  byte(value: number): void {
    this.#room(1)
    this.#bytes[this.#size++] = value
  }

  varint(value: number): void {
    this.#room(10)
    let rest = value
    for (; rest >= 0x8000_0000; rest = Math.floor(rest / 128))
      this.#bytes[this.#size++] = (rest % 128) | 128
    for (; rest >= 128; rest >>>= 7) this.#bytes[this.#size++] = (rest & 127) | 128
    this.#bytes[this.#size++] = rest
  }

  double(value: number): void {
    this.#room(8)
    float[0] = value
    for (let i = 0; i < 8; i++) this.#bytes[this.#size++] = floatBytes[i] ?? 0
  }

  /** A field of text, or of a message that is at hand as bytes. */
  sized(tag: number, bytes: Buffer): void {
    this.varint(tag)
    this.varint(bytes.length)
    this.raw(bytes)
  }

  text(tag: number, text: string): void {
    const length = Buffer.byteLength(text)
    this.varint(tag)
    this.varint(length)
    this.#room(length)
    this.#size += this.#bytes.write(text, this.#size)
  }

  /** A message whose length shows only when it is written; it is moved to make room for that. */
  nested(tag: number, write: () => void): void {
    this.varint(tag)
    const start = this.#size
    write()
    const length = this.#size - start
    const shift = varintSize(length)
    this.#room(shift)
    this.#bytes.copyWithin(start + shift, start, this.#size)
    this.#size = start
    this.varint(length)
    this.#size += length
  }

  /** Text of ASCII alone. */
  letters(text: string): void {
    this.#room(text.length)
    this.#size += this.#bytes.write(text, this.#size, 'latin1')
  }

  raw(bytes: Buffer): void {
    this.copy(bytes, 0, bytes.length)
  }

  copy(from: Buffer, start: number, end: number): void {
    const length = end - start
    this.#room(length)
    if (length < 48) {
      // A call costs more than a short loop.
      const bytes = this.#bytes
      let at = this.#size
      for (let i = start; i < end; i++) bytes[at++] = from[i] ?? 0
    } else from.copy(this.#bytes, this.#size, start, end)
    this.#size += length
  }

  #room(needBytes: number): void {
    if (this.#size + needBytes <= this.#bytes.length) return
    const leastBytes = Math.max(this.#capacityBytes, this.#size + needBytes)
    const grown = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, leastBytes))
    this.#bytes.copy(grown, 0, 0, this.#size)
    this.#bytes = grown
  }
}

export function varintSize(value: number): number {
  if (value < 128) return 1
  let size = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++
  return size
}

/** The size of a field that has its length before it. The tag must be below 128. */
export function sizedSize(lengthBytes: number): number {
  return 1 + varintSize(lengthBytes) + lengthBytes
}
