/** A tick as the `WriteRequest` of remote_write 1.0: protobuf, in a block of snappy. */
import type { Labels } from '#lib/labels'
import { compressSnappy } from '#lib/snappy'
import { WireWriter } from '#lib/wire-writer'
import type { Tick } from '../tick.ts'
import { readSeries, type Series } from './read-text.ts'

/** Fields as tags: number times 8 plus wire type. */
const inRequest = { series: 0x0a } as const
const inSeries = { label: 0x0a, sample: 0x12 } as const
const inLabel = { name: 0x0a, value: 0x12 } as const
const inSample = { value: 0x09, atMs: 0x10 } as const

const firstBytes = 64 * 1024

/** Every series gets `own` labels, as a pushgateway puts the grouping key over what is pushed. */
export function writeRequestOf({ atMs, text }: Tick, own: Labels): Buffer {
  const out = new WireWriter(firstBytes)
  for (const series of readSeries(text.toString('utf8')))
    out.nested(inRequest.series, () => {
      for (const [name, value] of labelsOf(series, own))
        out.nested(inSeries.label, () => {
          out.text(inLabel.name, name)
          out.text(inLabel.value, value)
        })
      out.nested(inSeries.sample, () => {
        out.byte(inSample.value)
        out.double(series.value)
        out.byte(inSample.atMs)
        out.varint(atMs)
      })
    })
  return compressSnappy(out.take())
}

type Label = readonly [name: string, value: string]

/** By name, as receivers want them; a label without a value is none. */
function labelsOf({ name, labels }: Series, own: Labels): Label[] {
  const given = labels.filter(([label]) => own[label] === undefined)
  const all: Label[] = [['__name__', name], ...given, ...Object.entries(own)]
  return all.filter(([, value]) => value !== '').sort(([a], [b]) => (a < b ? -1 : 1))
}
