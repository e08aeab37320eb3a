/** A `WriteRequest` of remote_write 1.0: protobuf in a block of snappy. */
import { readFloat } from '#lib/go-number'
import { compressSnappy } from '#lib/snappy'
import { sizedSize, varintSize, WireWriter } from '#lib/wire-writer'
import type { Line } from './change.ts'
import { labelsOf, type Text } from './labels.ts'

/** Fields as tags: number times 8 plus wire type. */
const request = { series: 0x0a } as const
const series = { label: 0x0a, sample: 0x12 } as const
const pair = { name: 0x0a, value: 0x12 } as const
const sample = { value: 0x09, atMs: 0x10 } as const

/** The one NaN by which Prometheus knows that a series has ended; little-endian. */
const staleMarker = Buffer.from('020000000000f07f', 'hex')

export interface WriteRequest {
  readonly count: number
  add(line: Line, atMs: number): void
  /** The packed body. */
  body(): Buffer
}

export function createWriteRequest(): WriteRequest {
  const out = new WireWriter(64 * 1024)
  let count = 0
  return {
    get count() {
      return count
    },
    add(line, atMs) {
      count++
      writeSeries(out, line, atMs)
    },
    body: () => compressSnappy(out.take()),
  }
}

function writeSeries(out: WireWriter, line: Line, atMs: number): void {
  const labels = labelsOf(line)
  const sampleSize = 1 + 8 + 1 + varintSize(atMs)
  let size = sizedSize(sampleSize)
  for (const { name, value } of labels) size += sizedSize(pairSize(name, value))
  out.byte(request.series)
  out.varint(size)
  for (const { name, value } of labels) {
    out.byte(series.label)
    out.varint(pairSize(name, value))
    writeText(out, pair.name, name)
    writeText(out, pair.value, value)
  }
  out.byte(series.sample)
  out.varint(sampleSize)
  out.byte(sample.value)
  if (line.isGone) out.copy(staleMarker, 0, staleMarker.length)
  else out.double(numberOf(line))
  out.byte(sample.atMs)
  out.varint(atMs)
}

const pairSize = (name: Text, value: Text) =>
  sizedSize(name.end - name.start) + sizedSize(value.end - value.start)

function writeText(out: WireWriter, tag: number, { bytes, start, end }: Text): void {
  out.byte(tag)
  out.varint(end - start)
  out.copy(bytes, start, end)
}

const numberOf = ({ bytes, blank, end }: Line) =>
  readFloat(bytes.toString('latin1', blank + 1, end))
