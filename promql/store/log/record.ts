/**
 * The stored form. A file is a header and frames; a frame is the length of its payload, the CRC-32
 * of it, and the payload. Whoever changes a payload raises `formatVersion`.
 */
import { crc32 } from 'node:zlib'
import type { Labels } from '#lib/labels'
import { labelSet } from '../../label-set.ts'
import type { ByteReader } from '../bytes/byte-reader.ts'
import type { ByteWriter } from '../bytes/byte-writer.ts'

const formatVersion = 2
/** The first one knew no steps in multiples of a power of two; else it was the same. */
const oldestVersion = 1

const headerOf = (version: number) =>
  Buffer.from(`ZSTSAMP${String.fromCharCode(version)}`, 'latin1')

/** What every file begins with. */
export const fileHeader = headerOf(formatVersion)

export function isReadable(header: Buffer): boolean {
  const version = header[fileHeader.length - 1] ?? 0
  return version >= oldestVersion && version <= formatVersion && header.equals(headerOf(version))
}

/** No frame is longer: a length beyond it is damage, not data. */
const frameBytesMax = 256 * 1024 * 1024
const frameHeadBytes = 8

/** Begins a frame; says where. */
export function beginFrame(to: ByteWriter): number {
  const start = to.sizeBytes
  to.whole32(0)
  to.whole32(0)
  return start
}

export function endFrame(to: ByteWriter, start: number): void {
  const payload = to.since(start + frameHeadBytes)
  to.patch32(start, payload.length)
  to.patch32(start + 4, crc32(payload))
}

export type Frame =
  | { readonly found: 'payload'; readonly payload: Buffer; readonly sizeBytes: number }
  /** There are not enough bytes yet; `needBytes` is how many there must be. */
  | { readonly found: 'part'; readonly needBytes: number }
  | { readonly found: 'damage' }

/** Reads the frame at the beginning of `bytes`. */
export function readFrame(bytes: Buffer): Frame {
  if (bytes.length < frameHeadBytes) return { found: 'part', needBytes: frameHeadBytes }
  const length = bytes.readUInt32LE(0)
  if (length === 0 || length > frameBytesMax) return { found: 'damage' }
  const sizeBytes = frameHeadBytes + length
  if (bytes.length < sizeBytes) return { found: 'part', needBytes: sizeBytes }
  const payload = bytes.subarray(frameHeadBytes, sizeBytes)
  if (crc32(payload) !== bytes.readUInt32LE(4)) return { found: 'damage' }
  return { found: 'payload', payload, sizeBytes }
}

export function writeLabels(to: ByteWriter, labels: Labels): void {
  const pairs = Object.entries(labels)
  to.varint(pairs.length)
  for (const [name, value] of pairs) {
    to.text(name)
    to.text(value)
  }
}

export function readLabels(from: ByteReader): Labels {
  const count = from.varint()
  return labelSet(Array.from({ length: count }, () => [from.text(), from.text()] as const))
}
