/** The stored form of a write. Whoever changes a payload raises `formatVersion`. */
import { dirname } from 'node:path'
import { fault } from '#api/errors'
import type { MetricType } from '#api/sample'
import { assert } from '#lib/assert'
import { beginFrame, endFrame, type FrameForm } from '#lib/frames'
import { deletionReasons, type Tombstone } from '../expiry/tombstone.ts'
import { ByteReader, type ByteWriter } from '../text/bytes.ts'
import { type FamilyHead, type LabelPair, StoredFamily } from '../text/family.ts'
import { PushedLines } from '../text/lines.ts'

const formatVersion = 2

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
  /** What the group has after the write. */
  readonly ttlMs: number | undefined
  readonly pushId: string | undefined
  /** What a deletion leaves behind. */
  readonly tombstone: Tombstone | undefined
  readonly families: readonly StoredFamily[]
}

/** Gives the head that others use for the same words. */
export type HeadOf = (head: FamilyHead) => FamilyHead

const kinds = ['replace', 'merge', 'delete'] as const
export const familyTypes = [
  'untyped',
  'counter',
  'gauge',
  'histogram',
  'summary',
] as const satisfies MetricType[]

export const frameForm: FrameForm = {
  headerBytes: fileHeader.length,
  check(header, path) {
    if (header.equals(fileHeader)) return
    // Cutting off what this version did not write would destroy what another one may read.
    const reason = 'was not written by this version'
    throw fault('PUSHGATEWAY_LOG_CORRUPT', { path, folder: dirname(path), reason })
  },
  payloadBytesMax: frameBytesMax,
}

export function writeFrame(to: ByteWriter, write: (to: ByteWriter) => void): void {
  const start = beginFrame(to)
  write(to)
  endFrame(to, start)
}

/** One write, or several that are there all or not at all. */
export function writeRecords(to: ByteWriter, records: readonly LogRecord[]): void {
  if (records.length !== 1) {
    to.whole8(several)
    to.whole32(records.length)
  }
  for (const record of records) writeRecord(to, record)
}

/** Stands where the kind of a single write would. */
const several = 255

function writeRecord(to: ByteWriter, record: LogRecord): void {
  to.whole8(kinds.indexOf(record.kind))
  to.float(record.pushedAtMs)
  to.float(record.failedAtMs)
  to.text(record.traceparent ?? '')
  writeTtl(to, record.ttlMs)
  to.text(record.pushId ?? '')
  to.whole8(record.tombstone === undefined ? 0 : 1 + reasonNumber(record.tombstone))
  to.pairs(record.pairs)
  to.whole32(record.families.length)
  for (const family of record.families) writeFamily(to, family)
}

/** Below zero: nothing was said. */
export function writeTtl(to: ByteWriter, ttlMs: number | undefined): void {
  to.float(ttlMs ?? -1)
}

export function readTtl(from: ByteReader): number | undefined {
  const ttlMs = from.float()
  return ttlMs < 0 ? undefined : ttlMs
}

export function reasonNumber({ reason }: Tombstone): number {
  return deletionReasons.indexOf(reason)
}

export function reasonOf(number: number): Tombstone['reason'] {
  return deletionReasons[number] ?? 'deleted'
}

function writeFamily(to: ByteWriter, family: StoredFamily): void {
  const { name, type, help } = family.head
  to.text(name)
  to.whole8(familyTypes.indexOf(type))
  to.whole8(help === undefined ? 0 : 1)
  to.text(help ?? '')
  to.float(family.pushedAtMs)
  to.whole8(family.quoted ? 1 : 0)
  to.whole32(family.seriesCount)
  to.whole32(family.metricCount)
  for (let i = 0; i < family.metricCount; i++) to.whole32(family.metric(i).length)
  to.whole8(family.proto === undefined ? 0 : 1)
  for (const message of family.proto ?? []) to.sized(message)
  to.sized(family.bytes())
}

/** The families look into `payload`, which nobody changes. */
export function readRecords(payload: Buffer, headOf: HeadOf): readonly LogRecord[] {
  const from = new ByteReader(payload)
  const first = from.whole8()
  if (first !== several) return [readRecord(from, first, headOf)]
  return from.list(() => readRecord(from, from.whole8(), headOf))
}

function readRecord(from: ByteReader, kindNumber: number, headOf: HeadOf): LogRecord {
  const kind = kinds[kindNumber] ?? 'replace'
  const pushedAtMs = from.float()
  const failedAtMs = from.float()
  const traceparent = from.text() || undefined
  const ttlMs = readTtl(from)
  const pushId = from.text() || undefined
  const reason = from.whole8()
  const pairs = from.list(() => [from.text(), from.text()] as const)
  const families = from.list(() => readFamily(from, headOf))
  const tombstone =
    reason === 0 ? undefined : { pairs, reason: reasonOf(reason - 1), atMs: pushedAtMs }
  const said = { traceparent, ttlMs, pushId, tombstone }
  return { kind, pairs, pushedAtMs, failedAtMs, ...said, families }
}

function readFamily(from: ByteReader, headOf: HeadOf): StoredFamily {
  const name = from.text()
  const type = familyTypes[from.whole8()] ?? 'untyped'
  const hasHelp = from.whole8() === 1
  const help = from.text()
  const head = headOf({ name, type, help: hasHelp ? help : undefined })
  const pushedAtMs = from.float()
  const quoted = from.whole8() === 1
  const seriesCount = from.whole32()
  const metricCount = from.whole32()
  const starts = new Uint32Array(metricCount + 1)
  for (let i = 0; i < metricCount; i++) starts[i + 1] = (starts[i] ?? 0) + from.whole32()
  const hasProto = from.whole8() === 1
  const proto = hasProto ? Array.from({ length: metricCount }, () => from.raw()) : undefined
  const bytes = from.view()
  assert(starts[metricCount] === bytes.length, 'a record with a good checksum is not whole')
  const counts = { metricCount, seriesCount, sizeBytes: bytes.length }
  const fields = { head, ...counts, pushedAtMs, quoted, proto }
  return new StoredFamily(fields, new PushedLines(bytes, starts), 0)
}
