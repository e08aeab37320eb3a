/** A cursor over protobuf's wire format: tags, numbers, and the ends of nested messages. */
import { isUtf8 } from 'node:buffer'
import { fault } from '#api/errors'

/** What a tag says of the bytes behind it. */
const wireTypes = { varint: 0, fixed64: 1, sized: 2, fixed32: 5 } as const

export class WireReader {
  readonly bytes: Buffer
  readonly #view: DataView
  at: number
  /** Nothing is read beyond it; a nested message moves it in and back. */
  end: number

  constructor(bytes: Buffer) {
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = 0
    this.end = bytes.length
  }

  more(): boolean {
    return this.at < this.end
  }

  /** Field number times 8 plus wire type, as the fields of a message are compared with. */
  tag(): number {
    const tag = this.varint()
    if (tag < 8 || tag > 0xffff_ffff) throw malformed()
    return tag
  }

  /** Unsigned; exact up to 2^53, as every number here. */
  varint(): number {
    let value = 0
    let scale = 1
    for (let i = 0; i < 10; i++) {
      if (this.at >= this.end) throw malformed()
      const byte = this.bytes[this.at++] ?? 0
      if (byte < 128) {
        if (i === 9 && byte > 1) throw malformed()
        return value + byte * scale
      }
      value += (byte & 127) * scale
      scale *= 128
    }
    throw malformed()
  }

  /** Signed numbers alternate: 0, -1, 1, -2, … */
  zigzag(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  double(): number {
    if (this.at + 8 > this.end) throw malformed()
    this.at += 8
    return this.#view.getFloat64(this.at - 8, true)
  }

  /** Enters a nested message; what it returns goes to `leave` once the message is read. */
  enter(): number {
    const outer = this.end
    this.end = this.#sized()
    return outer
  }

  leave(outer: number): void {
    this.at = this.end
    this.end = outer
  }

  /** Steps over a text; it stands between `at` as it was and as it is. */
  skipSized(): void {
    this.at = this.#sized()
  }

  text(): string {
    const end = this.#sized()
    const text = this.bytes.toString('utf8', this.at, end)
    if (text.includes('\ufffd') && !isUtf8(this.bytes.subarray(this.at, end)))
      throw fault('PUSHGATEWAY_INCONSISTENT', { reason: `${JSON.stringify(text)} is not utf8` })
    this.at = end
    return text
  }

  /** Steps over a text where it is that one, which must be of ASCII to be recognised. */
  takeIf(text: string): boolean {
    const start = this.at + 1
    const end = start + text.length
    if (text.length > 127 || end > this.end || this.bytes[this.at] !== text.length) return false
    for (let i = 0; i < text.length; i++) {
      const letter = text.charCodeAt(i)
      if (letter > 127 || letter !== this.bytes[start + i]) return false
    }
    this.at = end
    return true
  }

  skip(tag: number): void {
    const wireType = tag & 7
    if (wireType === wireTypes.varint) this.varint()
    else if (wireType === wireTypes.fixed64) this.double()
    else if (wireType === wireTypes.sized) this.skipSized()
    else if (wireType === wireTypes.fixed32 && this.at + 4 <= this.end) this.at += 4
    else throw malformed()
  }

  /** Reads the length before a text or message; returns where that ends. */
  #sized(): number {
    const length = this.varint()
    const end = this.at + length
    if (end > this.end) throw malformed()
    return end
  }
}

/** In the words of the original's reader. */
export function malformed() {
  const reason = 'proto: cannot parse invalid wire-format data'
  return fault('PUSHGATEWAY_PROTOBUF_MALFORMED', { reason })
}
