/** For tests and benches: write requests as a sender makes them. */
import type { Labels } from '#lib/labels'
import { compressSnappy } from '#lib/snappy'
import { ByteWriter } from '../store/bytes/byte-writer.ts'

export interface SentSeries {
  readonly labels: Labels
  /** A value of undefined is the marker of an end. */
  readonly samples: readonly (readonly [atMs: number, value: number | undefined])[]
}

export interface SentFamily {
  readonly type: number
  readonly name: string
  readonly help: string
  readonly unit: string
}

export function encodeRequest(
  series: readonly SentSeries[],
  families: readonly SentFamily[] = [],
): Buffer {
  const to = new ByteWriter()
  for (const one of series) sized(to, 0x0a, encodeSeries(one))
  for (const family of families) sized(to, 0x1a, encodeFamily(family))
  return compressSnappy(to.take())
}

/** Sorted, as every sender sends them. */
export function encodeLabels(labels: Labels): Buffer {
  const pairs = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => field(0x0a, [field(0x0a, [name]), field(0x12, [value])]))
  return Buffer.from(Buffer.concat(pairs)) // In a pool of many, not in memory of its own.
}

function field(tag: number, parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)))
  return Buffer.concat([Buffer.of(tag), varint(body.length), body])
}

function varint(value: number): Buffer {
  return value < 128 ? Buffer.of(value) : Buffer.of((value & 127) | 128, value >>> 7)
}

export function encodeSample(to: ByteWriter, atMs: number, value: number | undefined): void {
  to.byte(0x09)
  if (value === undefined) to.raw(Buffer.from('020000000000f07f', 'hex'))
  else to.float(value)
  to.byte(0x10)
  to.varint(atMs)
}

function encodeSeries({ labels, samples }: SentSeries): Buffer {
  const to = new ByteWriter()
  to.raw(encodeLabels(labels))
  for (const [atMs, value] of samples) {
    const sample = new ByteWriter()
    encodeSample(sample, atMs, value)
    sized(to, 0x12, sample.take())
  }
  return to.take()
}

function encodeFamily({ type, name, help, unit }: SentFamily): Buffer {
  const to = new ByteWriter()
  to.byte(0x08)
  to.varint(type)
  sized(to, 0x12, Buffer.from(name))
  sized(to, 0x22, Buffer.from(help))
  sized(to, 0x2a, Buffer.from(unit))
  return to.take()
}

function sized(to: ByteWriter, tag: number, bytes: Buffer): void {
  to.byte(tag)
  to.varint(bytes.length)
  to.raw(bytes)
}
