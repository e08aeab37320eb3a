/**
 * Snappy's framing format: a stream of chunks, each with a type, a length and, where it holds data,
 * a checksum. It is what `Content-Encoding: snappy` means to Go's clients of the push gateway.
 */
import { crc32c } from './crc32c.ts'
import { compressSnappy, sizeOfSnappy, snappyFault, uncompressSnappy } from './snappy.ts'

const identifier = Buffer.from('\xff\x06\x00\x00sNaPpY', 'latin1')
const identified = identifier.subarray(4)
const chunkSizeMax = 65_536
const kinds = { packed: 0x00, plain: 0x01, firstSkippable: 0x80, identifier: 0xff }

/** The whole of a stream; an empty one holds nothing. */
export function decodeSnappyFrames(stream: Uint8Array, sizeMax: number): Buffer {
  const input = Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength)
  let out: Buffer = Buffer.allocUnsafe(Math.min(sizeMax, 2 * input.length))
  let size = 0
  for (let at = 0; at < input.length; ) {
    if (input.length - at < 4) throw malformed('it ends inside the head of a chunk')
    const kind = input.readUInt8(at)
    const end = at + 4 + input.readUIntLE(at + 1, 3)
    if (end > input.length) throw malformed('it ends inside a chunk')
    if (at === 0 && kind !== kinds.identifier) throw malformed('it does not say that it is one')
    const data = readChunk(kind, input.subarray(at + 4, end))
    if (size + data.length > sizeMax) throw snappyFault('SNAPPY_TOO_LARGE', { sizeMax })
    if (size + data.length > out.length) out = grown(out, sizeMax)
    out.set(data, size)
    size += data.length
    at = end
  }
  return out.subarray(0, size)
}

/** At least by one chunk, and to no more than the limit. */
function grown(out: Buffer, sizeMax: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.min(sizeMax, 2 * out.length + chunkSizeMax))
  larger.set(out)
  return larger
}

const malformed = (reason: string) => snappyFault('SNAPPY_MALFORMED', { reason })
const nothing = Buffer.alloc(0)

function readChunk(kind: number, chunk: Buffer): Buffer {
  if (kind === kinds.identifier) {
    if (!chunk.equals(identified)) throw malformed('it does not say that it is one')
    return nothing
  }
  if (kind >= kinds.firstSkippable) return nothing
  if (kind > kinds.plain) throw malformed(`it has a chunk of the unknown type ${kind}`)
  if (chunk.length < 4) throw malformed('a chunk has no checksum')
  const body = chunk.subarray(4)
  const size = kind === kinds.plain ? body.length : sizeOfSnappy(body)
  if (size > chunkSizeMax) throw malformed('a chunk holds more than 64 KiB')
  const data = kind === kinds.plain ? body : uncompressSnappy(body, chunkSizeMax)
  if (chunk.readUInt32LE(0) !== masked(crc32c(data))) throw malformed('a checksum is wrong')
  return data
}

/** The format changes sums so that the sum of data that holds sums stays a good one. */
const masked = (sum: number) => (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0

export function encodeSnappyFrames(data: Uint8Array): Buffer {
  const chunks = [identifier]
  for (let at = 0; at < data.length; at += chunkSizeMax) {
    const plain = data.subarray(at, at + chunkSizeMax)
    const packed = compressSnappy(plain)
    const isSmaller = packed.length < plain.length
    const body = isSmaller ? packed : plain
    const head = Buffer.alloc(8)
    head.writeUInt8(isSmaller ? kinds.packed : kinds.plain)
    head.writeUIntLE(body.length + 4, 1, 3)
    head.writeUInt32LE(masked(crc32c(plain)), 4)
    chunks.push(head, Buffer.from(body))
  }
  return Buffer.concat(chunks)
}
