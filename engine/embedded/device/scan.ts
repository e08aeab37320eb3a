/**
 * Reads a segment from record to record. Behind a damaged one it looks for the next sound head, so
 * that one bad sector costs one record.
 */
import { crc32 } from 'node:zlib'
import { headBytesMax, headerBytes, magicBytes, type Parsed, parseHead } from './record.ts'
import type { Segment } from './segments.ts'

export interface ScanOptions {
  /** Reads payloads too and takes only records whose checksum is right. */
  readonly payloads: boolean
  readonly visit: (
    record: Parsed,
    offset: number,
    payload: () => Promise<Buffer>,
  ) => Promise<void> | undefined
}

export interface Gap {
  readonly offset: number
  readonly bytes: number
}

export interface ScanResult {
  /** Behind the last sound record. */
  readonly endOffset: number
  /** Between sound records, what belongs to none: something was lost there. */
  readonly gaps: readonly Gap[]
}

export async function scan(segment: Segment, options: ScanOptions): Promise<ScanResult> {
  const window = windowOver(segment)
  let at = 0
  let endOffset = 0
  const gaps: Gap[] = []
  while (at + headerBytes <= segment.sizeBytes) {
    const record = await soundRecord(window, at, options.payloads)
    if (record === undefined) {
      const next = await nextMagic(window, at + 1)
      if (next === undefined) break
      at = next
      continue
    }
    if (at > endOffset) gaps.push({ offset: endOffset, bytes: at - endOffset })
    const payloadAt = at + record.totalBytes - record.payloadBytes
    await options.visit(record, at, () => window.bytes(payloadAt, record.payloadBytes))
    at += record.totalBytes
    endOffset = at
  }
  return { endOffset, gaps }
}

interface Window {
  readonly sizeBytes: number
  /** Up to `length` bytes; fewer at the end. Valid until the next call. */
  bytes(position: number, length: number): Promise<Buffer>
}

async function soundRecord(
  window: Window,
  at: number,
  payloads: boolean,
): Promise<Parsed | undefined> {
  const head = await window.bytes(at, headerBytes)
  if (head.length < headerBytes || head.compare(magicBytes, 0, 4, 0, 4) !== 0) return undefined
  const keyBytes = head.readUInt16LE(6)
  const record = parseHead(await window.bytes(at, headerBytes + keyBytes), 0)
  if (record === undefined || at + record.totalBytes > window.sizeBytes) return undefined
  if (!payloads) return record
  const payload = await window.bytes(at + headerBytes + keyBytes, record.payloadBytes)
  return crc32(payload) === record.payloadCrc ? record : undefined
}

async function nextMagic(window: Window, from: number): Promise<number | undefined> {
  for (let at = from; at < window.sizeBytes; at += headBytesMax) {
    const bytes = await window.bytes(at, headBytesMax + magicBytes.length - 1)
    const found = bytes.indexOf(magicBytes)
    if (found >= 0) return at + found
  }
  return undefined
}

const windowBytes = 256 * 1024

function windowOver(segment: Segment): Window {
  let start = 0
  let held: Buffer = Buffer.alloc(0)
  return {
    sizeBytes: segment.sizeBytes,
    async bytes(position, length) {
      const wanted = Math.min(length, segment.sizeBytes - position)
      if (position < start || position + wanted > start + held.length) {
        held = await segment.file.read(Math.max(wanted, windowBytes), position)
        start = position
      }
      return held.subarray(position - start, position - start + length)
    },
  }
}
