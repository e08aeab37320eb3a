/**
 * Protobuf, written from its end to its beginning: the length that stands before a message is known
 * when its turn comes, and nothing is measured beforehand or moved afterwards.
 */
export interface Backwards {
  /** How much was written so far; the length of a message is the difference of two of these. */
  size(): number
  byte(value: number): void
  varint(value: number): void
  double(value: number): void
  text(value: string): void
  bytes(): Buffer
}

const firstBytes = 64 * 1024

export function createBackwards(): Backwards {
  let buffer = Buffer.allocUnsafe(firstBytes)
  let start = buffer.length

  const room = (needed: number) => {
    if (start >= needed) return
    const grown = Buffer.allocUnsafe(2 * buffer.length + needed)
    const written = buffer.length - start
    buffer.copy(grown, grown.length - written, start)
    start = grown.length - written
    buffer = grown
  }
  const byte = (value: number) => {
    room(1)
    buffer[--start] = value
  }
  return {
    size: () => buffer.length - start,
    byte,
    varint(value) {
      // Its groups of seven bits begin with the lowest, so the highest is written first.
      const groups: number[] = []
      for (let rest = value; ; rest = Math.floor(rest / 128)) {
        groups.push(rest % 128)
        if (rest < 128) break
      }
      for (let i = groups.length - 1; i >= 0; i--)
        byte((groups[i] ?? 0) | (i === groups.length - 1 ? 0 : 128))
    },
    double(value) {
      room(8)
      start -= 8
      buffer.writeDoubleLE(value, start)
    },
    text(value) {
      const length = Buffer.byteLength(value)
      room(length)
      start -= length
      buffer.write(value, start)
    },
    bytes: () => buffer.subarray(start),
  }
}
