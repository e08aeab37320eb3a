/**
 * The stored form of a write. A file is a header and frames; a frame is the length of its payload,
 * the CRC-32 of it, and the payload. Whoever changes the payload raises `formatVersion`.
 */
import { crc32 } from 'node:zlib'
import type { MetricType } from '#api/sample'
import { assert } from '#lib/assert'
import { ByteReader, type ByteWriter } from './bytes.ts'
import { familyBytes, type LabelPair, type Lines, type StoredFamily } from './family.ts'

export const formatVersion = 2

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
  const pushes = byLines(record.families)
  to.whole32(pushes.size)
  for (const [lines, families] of pushes) writePush(to, lines, families)
}

/** The families of a group as they came: those of one push share their lines. */
function byLines(families: readonly StoredFamily[]): Map<Lines, StoredFamily[]> {
  const pushes = new Map<Lines, StoredFamily[]>()
  for (const family of families) {
    const known = pushes.get(family.lines)
    if (known === undefined) pushes.set(family.lines, [family])
    else known.push(family)
  }
  return pushes
}

function writePush(to: ByteWriter, lines: Lines, families: readonly StoredFamily[]): void {
  to.float(lines.pushedAtMs)
  to.whole8(lines.quoted ? 1 : 0)
  to.whole32(families.length)
  for (const family of families) {
    const { name, type, help } = family.head
    to.text(name)
    to.whole8(types.indexOf(type))
    to.whole8(help === undefined ? 0 : 1)
    to.text(help ?? '')
    to.whole32(family.seriesCount)
    to.whole32(family.end - family.first)
    for (let metric = family.first; metric < family.end; metric++)
      to.whole32((lines.starts[metric + 1] ?? 0) - (lines.starts[metric] ?? 0))
    to.whole8(family.proto === undefined ? 0 : 1)
    for (const message of family.proto ?? []) to.sized(message)
  }
  const start = to.sizeBytes
  to.whole32(0)
  for (const family of families) to.raw(familyBytes(family))
  to.patch32(start, to.sizeBytes - start - 4)
}

function readRecord(from: ByteReader): LogRecord {
  const kind = kinds[from.whole8()] ?? 'replace'
  const pushedAtMs = from.float()
  const failedAtMs = from.float()
  const traceparent = from.text() || undefined
  const pairs = from.list(() => [from.text(), from.text()] as const)
  const families = from.list(() => readPush(from)).flat()
  return { kind, pairs, pushedAtMs, failedAtMs, traceparent, families }
}

function readPush(from: ByteReader): StoredFamily[] {
  const pushedAtMs = from.float()
  const quoted = from.whole8() === 1
  const starts = [0]
  const drafts = from.list(() => readFamily(from, starts))
  const bytes = from.raw()
  assert(starts.at(-1) === bytes.length, 'a record with a good checksum is not whole')
  const lines = { bytes, starts: Uint32Array.from(starts), pushedAtMs, quoted }
  return drafts.map((draft) => ({ ...draft, lines }))
}

/** Adds the ends of its metrics to `starts`. */
function readFamily(from: ByteReader, starts: number[]): Omit<StoredFamily, 'lines'> {
  const name = from.text()
  const type = types[from.whole8()] ?? 'untyped'
  const hasHelp = from.whole8() === 1
  const help = from.text()
  const head = { name, type, help: hasHelp ? help : undefined }
  const seriesCount = from.whole32()
  const first = starts.length - 1
  const count = from.whole32()
  for (let i = 0; i < count; i++) starts.push((starts.at(-1) ?? 0) + from.whole32())
  const hasProto = from.whole8() === 1
  const proto = hasProto ? Array.from({ length: count }, () => from.raw()) : undefined
  return { head, first, end: starts.length - 1, seriesCount, proto }
}
