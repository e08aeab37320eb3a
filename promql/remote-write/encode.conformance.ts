/** For tests and benches: write requests as a sender makes them. */
import type { Labels } from '#lib/labels'
import { compressSnappy } from '#lib/snappy'
import { WireWriter } from '#lib/wire-writer'

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
  const to = new WireWriter()
  for (const { labels, samples } of series)
    to.nested(0x0a, () => {
      to.raw(encodeLabels(labels))
      for (const sample of samples) to.nested(0x12, () => encodeSample(to, sample))
    })
  for (const { type, name, help, unit } of families)
    to.nested(0x1a, () => {
      to.byte(0x08)
      to.varint(type)
      to.text(0x12, name)
      to.text(0x22, help)
      to.text(0x2a, unit)
    })
  return compressSnappy(to.take())
}

/** Sorted, as every sender sends them. */
export function encodeLabels(labels: Labels): Buffer {
  const to = new WireWriter()
  for (const [name, value] of Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
    to.nested(0x0a, () => {
      to.text(0x0a, name)
      to.text(0x12, value)
    })
  return to.takeCopy() // In a pool of many, not in memory of its own.
}

function encodeSample(to: WireWriter, [atMs, value]: SentSeries['samples'][number]): void {
  to.byte(0x09)
  if (value === undefined) to.raw(Buffer.from('020000000000f07f', 'hex'))
  else to.double(value)
  to.byte(0x10)
  to.varint(atMs)
}
