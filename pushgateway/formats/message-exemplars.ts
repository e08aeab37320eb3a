/** The exemplars of a stored `Metric`: of a counter, and of each bucket of a histogram. */
import { type Exemplar, readExemplar } from './exemplar.ts'
import { bucket, histogram, scalar, valueTags } from './schema.ts'
import { WireReader } from './wire-reader.ts'

export interface Exemplars {
  readonly counter: Exemplar | undefined
  /** By upper bound. */
  readonly buckets: ReadonlyMap<number, Exemplar>
}

export function exemplarsOf(message: Buffer): Exemplars {
  const reader = new WireReader(message)
  const buckets = new Map<number, Exemplar>()
  let counter: Exemplar | undefined
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === valueTags.counter) counter = readCounter(reader)
    else if (tag === valueTags.histogram) readHistogram(reader, buckets)
    else reader.skip(tag)
  }
  return { counter, buckets }
}

function readCounter(reader: WireReader): Exemplar | undefined {
  const outer = reader.enter()
  let found: Exemplar | undefined
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === scalar.exemplar) found = readExemplar(reader)
    else reader.skip(tag)
  }
  reader.leave(outer)
  return found
}

function readHistogram(reader: WireReader, into: Map<number, Exemplar>): void {
  const outer = reader.enter()
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === histogram.bucket) readBucket(reader, into)
    else reader.skip(tag)
  }
  reader.leave(outer)
}

function readBucket(reader: WireReader, into: Map<number, Exemplar>): void {
  const outer = reader.enter()
  let bound = 0
  let found: Exemplar | undefined
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === bucket.upperBound) bound = reader.double()
    else if (tag === bucket.exemplar) found = readExemplar(reader)
    else reader.skip(tag)
  }
  reader.leave(outer)
  if (found !== undefined) into.set(bound, found)
}
