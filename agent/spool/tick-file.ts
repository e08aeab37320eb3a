/**
 * A tick as a file: a head with the version of the format, time and checksum, then the text, packed
 * with zstd. Numbers are little-endian.
 */
import { promisify } from 'node:util'
import { crc32, zstdCompress, zstdDecompress } from 'node:zlib'
import type { Tick } from '../tick.ts'

const magic = Buffer.from('ZTICK\0\0\x01', 'latin1') // The last byte is the version.
const headBytes = magic.length + 8 + 4
/** No tick is larger; what says so is damaged. */
const textBytesMax = 256 * 1024 * 1024

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

export async function packTick({ atMs, text }: Tick): Promise<Buffer> {
  const packed = await compress(text)
  const head = Buffer.alloc(headBytes)
  magic.copy(head)
  head.writeDoubleLE(atMs, magic.length)
  head.writeUInt32LE(sumOf(head, packed), magic.length + 8)
  return Buffer.concat([head, packed])
}

/** Undefined: it is damaged, or of a format that this version does not know. */
export async function unpackTick(file: Buffer): Promise<Tick | undefined> {
  if (file.length < headBytes || !file.subarray(0, magic.length).equals(magic)) return undefined
  const packed = file.subarray(headBytes)
  if (file.readUInt32LE(magic.length + 8) !== sumOf(file, packed)) return undefined
  const text = await decompress(packed, { maxOutputLength: textBytesMax }).catch(() => undefined)
  return text === undefined ? undefined : { atMs: file.readDoubleLE(magic.length), text }
}

/** Of all but itself. */
const sumOf = (head: Buffer, packed: Buffer) =>
  crc32(packed, crc32(head.subarray(0, -4 + headBytes)))
