/** Protobuf's fields, one after the other, of bytes that anyone may have sent. */
import { fault } from '#api/errors'

const malformed = (reason: string) => fault('PROMQL_WRITE_MALFORMED', { reason })

/** A place in a message; moved along by whoever reads. Never leaves the bytes up to `end`. */
export class Wire {
  readonly bytes: Buffer
  readonly view: DataView
  at: number
  end: number

  constructor(bytes: Buffer) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = 0
    this.end = bytes.length
  }

  /** A whole number of 64 bits; those that JavaScript cannot hold are rounded. */
  varint(): number {
    const first = this.#byte()
    if (first < 128) return first
    let value = first & 127
    let scale = 128
    for (let i = 1; i < 10; i++) {
      const byte = this.#byte()
      value += (byte & 127) * scale
      if (byte < 128) return i === 9 ? value - 2 ** 64 : value
      scale *= 128
    }
    throw malformed('a number has more than 64 bits')
  }

  double(): number {
    const at = this.#step(8)
    return this.view.getFloat64(at, true)
  }

  /** Where what has a length before it begins; the place moves behind it. */
  sized(): number {
    const length = this.varint()
    return this.#step(length)
  }

  text(): string {
    const start = this.sized()
    return this.bytes.toString('utf8', start, this.at)
  }

  skip(tag: number): void {
    const kind = tag & 7
    if (kind === 0) this.varint()
    else if (kind === 1) this.#step(8)
    else if (kind === 2) this.sized()
    else if (kind === 5) this.#step(4)
    else throw malformed(`it has a field of the unknown kind ${kind}`)
  }

  #byte(): number {
    if (this.at >= this.end) throw malformed('it ends inside a number')
    return this.bytes[this.at++] ?? 0
  }

  #step(length: number): number {
    const start = this.at
    if (length > this.end - start) throw malformed('a field is longer than what is left')
    this.at = start + length
    return start
  }
}
