/**
 * The record: the one thing that segments hold. Format 1, little-endian:
 *
 *    0 magic "ZSR1"   4 format   5 kind   6 key length   8 pool   12 group   16 version (two words)
 *   24 payload length   28 payload crc32   32 written at, ms   40 reserved
 *   44 crc32 of bytes 0 to 43 and the key   48 key, then payload
 *
 * The header has a checksum of its own so that a scan can hop from header to header.
 */
import { crc32 } from 'node:zlib'
import { assert } from '#lib/assert'

/** `blank` covers a place where something was damaged. */
export const kinds = { put: 1, tombstone: 2, forget: 3, blank: 4 } as const
const kindsKnown: ReadonlySet<number> = new Set(Object.values(kinds))
export type Kind = (typeof kinds)[keyof typeof kinds]

export const headerBytes = 48
/** The group number that means every group of the pool. */
export const everyGroup = 0xffffffff
const magic = 0x3152535a // "ZSR1"
export const magicBytes = Buffer.from('ZSR1')
const format = 1
const payloadBytesMax = 64 * 1024 * 1024

export interface RecordHead {
  readonly kind: Kind
  readonly pool: number
  readonly group: number
  readonly key: string
  readonly version: number
  readonly writtenAtMs: number
  readonly payloadBytes: number
  readonly payloadCrc: number
}

export interface Parsed extends RecordHead {
  readonly keyBytes: number
  /** Header, key and payload. */
  readonly totalBytes: number
}

/** Header and key; the payload follows it as it is. */
function encodeHead(head: RecordHead): Buffer {
  const key = Buffer.from(head.key, 'utf8')
  assert(key.length < 0x10000, 'a key fits its length field')
  const out = Buffer.allocUnsafe(headerBytes + key.length)
  out.writeUInt32LE(magic, 0)
  out[4] = format
  out[5] = head.kind
  out.writeUInt16LE(key.length, 6)
  out.writeUInt32LE(head.pool, 8)
  out.writeUInt32LE(head.group, 12)
  out.writeUInt32LE(head.version % 2 ** 32, 16)
  out.writeUInt32LE(Math.floor(head.version / 2 ** 32), 20)
  out.writeUInt32LE(head.payloadBytes, 24)
  out.writeUInt32LE(head.payloadCrc, 28)
  out.writeDoubleLE(head.writtenAtMs, 32)
  out.writeUInt32LE(0, 40)
  key.copy(out, headerBytes)
  out.writeUInt32LE(headCrc(out, 0, key.length), 44)
  return out
}

/** The record that begins at `at`, or undefined where none does or its head is damaged. */
export function parseHead(bytes: Buffer, at: number): Parsed | undefined {
  if (bytes.length - at < headerBytes || bytes.readUInt32LE(at) !== magic) return undefined
  const keyBytes = bytes.readUInt16LE(at + 6)
  const payloadBytes = bytes.readUInt32LE(at + 24)
  if (bytes[at + 4] !== format || payloadBytes > payloadBytesMax) return undefined
  if (bytes.length - at < headerBytes + keyBytes) return undefined
  if (bytes.readUInt32LE(at + 44) !== headCrc(bytes, at, keyBytes)) return undefined
  const kind = bytes[at + 5] as Kind // Checked in the next line.
  if (!kindsKnown.has(kind)) return undefined
  return {
    kind,
    pool: bytes.readUInt32LE(at + 8),
    group: bytes.readUInt32LE(at + 12),
    key: bytes.toString('utf8', at + headerBytes, at + headerBytes + keyBytes),
    version: bytes.readUInt32LE(at + 16) + bytes.readUInt32LE(at + 20) * 2 ** 32,
    writtenAtMs: bytes.readDoubleLE(at + 32),
    payloadBytes,
    payloadCrc: bytes.readUInt32LE(at + 28),
    keyBytes,
    totalBytes: headerBytes + keyBytes + payloadBytes,
  }
}

/** How many bytes a head takes at least and at most; a reader fetches so many at once. */
export const headBytesMax = headerBytes + 0xffff

function headCrc(bytes: Buffer, at: number, keyBytes: number): number {
  const start = crc32(bytes.subarray(at, at + 44))
  return crc32(bytes.subarray(at + headerBytes, at + headerBytes + keyBytes), start)
}

/**
 * What a tombstone or a forget carries: the place in the log where it was first written. All that
 * it undoes lies before; it may be dropped once the log begins after it.
 */
export interface Mark {
  readonly segment: number
  readonly offset: number
}

function encodeMark({ segment, offset }: Mark): Buffer {
  const out = Buffer.allocUnsafe(markBytes)
  out.writeUInt32LE(segment, 0)
  out.writeUInt32LE(offset, 4)
  return out
}

export function parseMark(payload: Buffer): Mark {
  return { segment: payload.readUInt32LE(0), offset: payload.readUInt32LE(4) }
}

/** A put whose head is encoded once for all disks. */
export interface PreparedPut {
  readonly head: RecordHead
  readonly headBytes: Buffer
  readonly payload: Buffer
}

export function preparePut(
  place: Pick<RecordHead, 'pool' | 'group' | 'key'>,
  { version, writtenAtMs, payload }: { version: number; writtenAtMs: number; payload: Buffer },
): PreparedPut {
  const { pool, group, key } = place
  const head: RecordHead = {
    kind: kinds.put,
    pool,
    group,
    key,
    version,
    writtenAtMs,
    payloadBytes: payload.length,
    payloadCrc: crc32(payload),
  }
  return { head, headBytes: encodeHead(head), payload }
}

/** A tombstone or a forget as it goes into the log at `mark`. */
export function encodeMarked(
  kind: typeof kinds.tombstone | typeof kinds.forget,
  place: Pick<RecordHead, 'pool' | 'group' | 'key' | 'version'>,
  mark: Mark,
): Buffer {
  const payload = encodeMark(mark)
  const payloadCrc = crc32(payload)
  const head = { ...place, kind, writtenAtMs: 0, payloadBytes: markBytes, payloadCrc }
  return Buffer.concat([encodeHead(head), payload])
}

/** Records that hold nothing, so many bytes in all. */
export function encodeBlanks(byteCount: number): readonly Buffer[] {
  const blanks: Buffer[] = []
  for (let left = byteCount; left >= headerBytes; ) {
    const payloadBytes = Math.min(left - headerBytes, payloadBytesMax / 2)
    const payload = Buffer.alloc(payloadBytes)
    const place = { pool: 0, group: 0, key: '', version: 0, writtenAtMs: 0 }
    const payloadCrc = crc32(payload)
    blanks.push(encodeHead({ ...place, kind: kinds.blank, payloadBytes, payloadCrc }), payload)
    left -= headerBytes + payloadBytes
  }
  return blanks
}

export const markBytes = 8

export function recordBytes(key: string, { payloadBytes }: { payloadBytes: number }): number {
  return headerBytes + Buffer.byteLength(key) + payloadBytes
}
