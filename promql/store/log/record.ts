/** The stored form. Whoever changes a payload raises `formatVersion`. */
import { fault } from '#api/errors'
import type { FrameForm } from '#lib/frames'
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

function isReadable(header: Buffer): boolean {
  const version = header[fileHeader.length - 1] ?? 0
  return version >= oldestVersion && version <= formatVersion && header.equals(headerOf(version))
}

/** No frame is longer: a length beyond it is damage, not data. */
const frameBytesMax = 256 * 1024 * 1024

export const frameForm: FrameForm = {
  headerBytes: fileHeader.length,
  check(header, path) {
    if (!isReadable(header)) throw fault('PROMQL_LOG_FOREIGN', { path })
  },
  payloadBytesMax: frameBytesMax,
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
