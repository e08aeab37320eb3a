/**
 * The stored form of a write. A file is a header and frames; a frame is the length of its payload,
 * the CRC-32 of it, and the payload. Whoever changes the payload raises `formatVersion`.
 */
import { crc32 } from 'node:zlib'
import type { MetricType } from '#api/sample'
import { ByteReader, type ByteWriter } from './bytes.ts'
import type { LabelPair, StoredFamily } from './family.ts'

export const formatVersion = 1

/** What every file begins with. */
export const fileHeader = Buffer.from(`ZSTPUSH${String.fromCharCode(formatVersion)}`, 'latin1')

/** No frame is longer: a length beyond it is damage, not data. */
const frameBytesMax = 1024 * 1024 * 1024

export interface LogRecord {
  readonly kind: 'replace' | 'merge' | 'delete'
  readonly pairs: readonly LabelPair[]
  readonly pushedAtMs: number
  readonly failedAtMs: number
  readonly traceparent: string | undefined
  readonly families: readonly StoredFamily[]
}

const kinds = ['replace', 'merge', 'delete'] as const
const types = [
  'untyped',
  'counter',
  'gauge',
  'histogram',
  'summary',
] as const satisfies MetricType[]

export function writeFrame(to: ByteWriter, record: LogRecord): void {
  const start = to.sizeBytes
  to.whole32(0)
  to.whole32(0)
  writeRecord(to, record)
  const payload = to.since(start + 8)
  to.patch32(start, payload.length)
  to.patch32(start + 4, crc32(payload))
}

export type Frame =
  | { readonly found: 'record'; readonly record: LogRecord; readonly sizeBytes: number }
  /** There are not enough bytes yet; `needBytes` is how many there must be. */
  | { readonly found: 'part'; readonly needBytes: number }
  | { readonly found: 'damage' }

/** Reads the frame at the beginning of `bytes`. */
export function readFrame(bytes: Buffer): Frame {
  if (bytes.length < 8) return { found: 'part', needBytes: 8 }
  const length = bytes.readUInt32LE(0)
  if (length === 0 || length > frameBytesMax) return { found: 'damage' }
  if (bytes.length < 8 + length) return { found: 'part', needBytes: 8 + length }
  const payload = bytes.subarray(8, 8 + length)
  if (crc32(payload) !== bytes.readUInt32LE(4)) return { found: 'damage' }
  return { found: 'record', record: readRecord(new ByteReader(payload)), sizeBytes: 8 + length }
}

function writeRecord(to: ByteWriter, record: LogRecord): void {
  to.whole8(kinds.indexOf(record.kind))
  to.float(record.pushedAtMs)
  to.float(record.failedAtMs)
  to.text(record.traceparent ?? '')
  to.whole32(record.pairs.length)
  for (const [name, value] of record.pairs) {
    to.text(name)
    to.text(value)
  }
  to.whole32(record.families.length)
  for (const family of record.families) {
    to.text(family.name)
    to.whole8(types.indexOf(family.type))
    to.whole8(family.help === undefined ? 0 : 1)
    to.text(family.help ?? '')
    to.float(family.pushedAtMs)
    to.whole32(family.seriesCount)
    to.text(family.text)
  }
}

function readRecord(from: ByteReader): LogRecord {
  const kind = kinds[from.whole8()] ?? 'replace'
  const pushedAtMs = from.float()
  const failedAtMs = from.float()
  const traceparent = from.text() || undefined
  const pairs = from.list(() => [from.text(), from.text()] as const)
  const families = from.list(() => readFamily(from))
  return { kind, pairs, pushedAtMs, failedAtMs, traceparent, families }
}

function readFamily(from: ByteReader): StoredFamily {
  const name = from.text()
  const type = types[from.whole8()] ?? 'untyped'
  const hasHelp = from.whole8() === 1
  const help = from.text()
  return {
    name,
    type,
    help: hasHelp ? help : undefined,
    pushedAtMs: from.float(),
    seriesCount: from.whole32(),
    text: from.text(),
  }
}
