/** A `WriteRequest` of remote_write 1.0, read in place: no object for each series or sample. */
import type { Wire } from './wire.ts'

/** Fields as tags: number times 8 plus kind. */
const inRequest = { series: 0x0a, metadata: 0x1a } as const
const inSeries = { label: 0x0a, sample: 0x12 } as const
const inPair = { name: 0x0a, value: 0x12 } as const
const inSample = { value: 0x09, atMs: 0x10 } as const
const inMetadata = { type: 0x08, name: 0x12, help: 0x22, unit: 0x2a } as const

export interface RequestListener {
  /** The labels of the next series stand from `from` to `to`, and nothing else does. */
  series(wire: Wire, from: number, to: number): void
  sample(atMs: number, value: number, isStale: boolean): void
  metadata(family: ReceivedMetadata): void
}

export interface ReceivedMetadata {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly unit: string
}

/** Throws PROMQL_WRITE_MALFORMED; what was told before it stands. */
export function readRequest(wire: Wire, listener: RequestListener): void {
  while (wire.at < wire.end) {
    const tag = wire.varint()
    if (tag === inRequest.series) within(wire, () => readSeries(wire, listener))
    else if (tag === inRequest.metadata) within(wire, () => listener.metadata(readMetadata(wire)))
    else wire.skip(tag)
  }
}

/** Reads what has a length before it, as a message of its own. */
function within(wire: Wire, read: () => void): void {
  const start = wire.sized()
  const { at, end } = wire
  wire.at = start
  wire.end = at
  read()
  wire.at = at
  wire.end = end
}

/** Labels come first, in one row: every sender writes them so, in the order of their numbers. */
function readSeries(wire: Wire, listener: RequestListener): void {
  const from = wire.at
  let to = from
  let isKnown = false
  while (wire.at < wire.end) {
    const tag = wire.varint()
    if (tag !== inSeries.sample) {
      wire.skip(tag)
      if (tag === inSeries.label && !isKnown) to = wire.at
      continue
    }
    if (!isKnown) listener.series(wire, from, to)
    isKnown = true
    readSample(wire, listener)
  }
}

function readSample(wire: Wire, listener: RequestListener): void {
  const start = wire.sized()
  const { at: sampleEnd, end } = wire
  wire.at = start
  wire.end = sampleEnd
  let [value, atMs, isStale] = [0, 0, false]
  while (wire.at < wire.end) {
    const tag = wire.varint()
    if (tag === inSample.value) {
      value = wire.double()
      isStale = Number.isNaN(value) && isMarker(wire.view, wire.at - 8)
    } else if (tag === inSample.atMs) atMs = wire.varint()
    else wire.skip(tag)
  }
  wire.at = sampleEnd
  wire.end = end
  listener.sample(atMs, value, isStale)
}

/** The one NaN by which Prometheus marks that a series is over. */
const isMarker = (view: DataView, at: number) =>
  view.getUint32(at, true) === 2 && view.getUint32(at + 4, true) === 0x7ff0_0000

/** The labels that stand between two places, in their order. */
export function readPairs(wire: Wire, from: number, to: number): [string, string][] {
  const { at, end } = wire
  const pairs: [string, string][] = []
  wire.at = from
  wire.end = to
  while (wire.at < wire.end) {
    const tag = wire.varint()
    if (tag === inSeries.label) within(wire, () => pairs.push(readPair(wire)))
    else wire.skip(tag)
  }
  wire.at = at
  wire.end = end
  return pairs
}

function readPair(wire: Wire): [string, string] {
  const pair: [string, string] = ['', '']
  while (wire.at < wire.end) {
    const tag = wire.varint()
    if (tag === inPair.name) pair[0] = wire.text()
    else if (tag === inPair.value) pair[1] = wire.text()
    else wire.skip(tag)
  }
  return pair
}

const types = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
] as const

function readMetadata(wire: Wire): ReceivedMetadata {
  const found = { name: '', type: 'unknown', help: '', unit: '' }
  while (wire.at < wire.end) {
    const tag = wire.varint()
    if (tag === inMetadata.type) found.type = types[wire.varint()] ?? 'unknown'
    else if (tag === inMetadata.name) found.name = wire.text()
    else if (tag === inMetadata.help) found.help = wire.text()
    else if (tag === inMetadata.unit) found.unit = wire.text()
    else wire.skip(tag)
  }
  return found
}
