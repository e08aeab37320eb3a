/** CRC-32C (Castagnoli), which `node:zlib` does not have: it guards frames of Snappy. */

const polynomial = 0x82f63b78

/** Table k says what a byte does to the sum with k zero bytes after it: four bytes in one step. */
const tables: readonly Int32Array[] = makeTables()

/** An unsigned number of 32 bits. */
export function crc32c(data: Uint8Array): number {
  const [last, third, second, first] = tables as [Int32Array, Int32Array, Int32Array, Int32Array]
  const wholeEnd = data.length - (data.length % 4)
  let sum = -1
  let at = 0
  // Every index is within its array: the bytes by the loops' bounds, the tables by eight bits.
  for (; at < wholeEnd; at += 4) {
    const a = byteAt(data, at)
    const b = byteAt(data, at + 1)
    const c = byteAt(data, at + 2)
    const mixed = sum ^ (a | (b << 8) | (c << 16) | (byteAt(data, at + 3) << 24))
    sum =
      (first[mixed & 255] as number) ^
      (second[(mixed >>> 8) & 255] as number) ^
      (third[(mixed >>> 16) & 255] as number) ^
      (last[mixed >>> 24] as number)
  }
  for (; at < data.length; at++)
    sum = (last[(sum ^ byteAt(data, at)) & 255] as number) ^ (sum >>> 8)
  return ~sum >>> 0
}

const byteAt = (data: Uint8Array, at: number) => data[at] as number

function makeTables(): Int32Array[] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let sum = byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ polynomial : sum >>> 1
    return sum
  })
  const all = [first]
  for (let k = 1; k < 4; k++)
    all.push((all[k - 1] as Int32Array).map((sum) => (first[sum & 255] as number) ^ (sum >>> 8)))
  return all
}
