/** Reads one `Metric` of a push: its labels, and the value that its family's type asks for. */

import { fault } from '#api/errors'
import type { MetricType } from '#api/sample'
import { quoteGo } from '#lib/go-text'
import { byName, formatPairs, type LabelPair, type ParsedMetric } from '../text/family.ts'
import { readExemplar, readTimestamp } from './exemplar.ts'
import { faultOf, readNative } from './native-histogram.ts'
import * as tags from './schema.ts'
import type { WireReader } from './wire-reader.ts'

type Point = [number, number]

/** A value under construction; `isMore` says that text cannot tell all of it. */
interface Draft {
  value: number
  count: number
  /** Stands above `count` where it is positive. */
  countFloat: number
  sum: number
  points: Point[]
  isMore: boolean
  isNative: boolean
}

const emptyDraft = (): Draft => ({
  value: 0,
  count: 0,
  countFloat: 0,
  sum: 0,
  points: [],
  isMore: false,
  isNative: false,
})

export class MetricReader {
  readonly #reader: WireReader
  #family = ''
  #type: MetricType = 'untyped'
  /** Names as they came last: series of a family mostly have the same in the same places. */
  readonly #names: string[] = []
  timestamped = false

  constructor(reader: WireReader) {
    this.#reader = reader
  }

  begin(family: string, type: MetricType): void {
    this.#family = family
    this.#type = type
  }

  read(): ParsedMetric {
    const reader = this.#reader
    const outer = reader.enter()
    const labels: LabelPair[] = []
    const valueTag = tags.valueTags[this.#type]
    let draft: Draft | undefined
    let proto: Buffer | undefined
    while (reader.more()) {
      const start = reader.at
      const tag = reader.tag()
      if (tag === tags.metric.label) labels.push(this.#label(labels.length))
      else if (tag === valueTag) {
        draft = this.#value()
        proto = draft.isMore ? reader.bytes.subarray(start, reader.at) : undefined
      } else {
        if (tag === tags.metric.timestampMs) this.timestamped = true
        reader.skip(tag)
      }
    }
    reader.leave(outer)
    this.#judge(labels)
    if (draft === undefined) throw this.#refusal(labels, `is not a ${this.#type.toUpperCase()}`)
    const { value, sum, points } = draft
    const count = draft.countFloat > 0 ? draft.countFloat : draft.count
    return proto === undefined
      ? { labels, value, count, sum, points }
      : { labels, value, count, sum, points, proto }
  }

  #label(index: number): LabelPair {
    const reader = this.#reader
    const outer = reader.enter()
    let name = ''
    let value = ''
    while (reader.more()) {
      const tag = reader.tag()
      if (tag === tags.pair.name) name = this.#name(index)
      else if (tag === tags.pair.value) value = reader.text()
      else reader.skip(tag)
    }
    reader.leave(outer)
    return [name, value]
  }

  #name(index: number): string {
    const known = this.#names[index]
    if (known !== undefined && this.#reader.takeIf(known)) return known
    const name = this.#reader.text()
    if (index < 64) this.#names[index] = name
    return name
  }

  /** Sorts the labels, and refuses what could not stand in a series. */
  #judge(labels: LabelPair[]): void {
    for (let i = 1; i < labels.length; i++) {
      const [before, after] = [labels[i - 1], labels[i]]
      if (before === undefined || after === undefined || before[0] < after[0]) continue
      labels.sort(byName)
      break
    }
    let last: string | undefined
    for (const [name] of labels) {
      if (name === '' || name.startsWith('__'))
        throw this.#refusal(labels, `has a label with an invalid name: ${name}`)
      if (name === last)
        throw this.#refusal(labels, `has two or more labels with the same name: ${name}`)
      last = name
    }
  }

  #refusal(labels: readonly LabelPair[], why: string) {
    const reason = `collected metric ${quoteGo(this.#family)} {${formatPairs(labels)}} ${why}`
    return fault('PUSHGATEWAY_INCONSISTENT', { reason })
  }

  #value(): Draft {
    const reader = this.#reader
    const outer = reader.enter()
    const start = reader.at
    const draft = emptyDraft()
    while (reader.more()) {
      if (this.#type === 'histogram') readHistogramField(reader, draft)
      else if (this.#type === 'summary') readSummaryField(reader, draft)
      else readScalarField(reader, draft)
    }
    if (draft.isNative) this.#judgeNative(start)
    reader.leave(outer)
    return draft
  }

  #judgeNative(start: number): void {
    this.#reader.at = start
    const why = faultOf(readNative(this.#reader))
    if (why !== undefined) throw this.#refusal([], why)
  }
}

function readScalarField(reader: WireReader, draft: Draft): void {
  const tag = reader.tag()
  if (tag === tags.scalar.value) draft.value = reader.double()
  else if (tag === tags.scalar.exemplar) readMore(reader, draft, readExemplar)
  else if (tag === tags.scalar.created) readMore(reader, draft, readTimestamp)
  else reader.skip(tag)
}

function readSummaryField(reader: WireReader, draft: Draft): void {
  const tag = reader.tag()
  if (tag === tags.summary.count) draft.count = reader.varint()
  else if (tag === tags.summary.sum) draft.sum = reader.double()
  else if (tag === tags.summary.quantile) draft.points.push(readQuantile(reader))
  else if (tag === tags.summary.created) readMore(reader, draft, readTimestamp)
  else reader.skip(tag)
}

function readQuantile(reader: WireReader): Point {
  const outer = reader.enter()
  const point: Point = [0, 0]
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === tags.quantile.quantile) point[0] = reader.double()
    else if (tag === tags.quantile.value) point[1] = reader.double()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return point
}

function readHistogramField(reader: WireReader, draft: Draft): void {
  const tag = reader.tag()
  if (tag === tags.histogram.count) draft.count = reader.varint()
  else if (tag === tags.histogram.sum) draft.sum = reader.double()
  else if (tag === tags.histogram.bucket) draft.points.push(readBucket(reader, draft))
  else if (tag === tags.histogram.created) readMore(reader, draft, readTimestamp)
  else if (tag === tags.histogram.exemplar) readMore(reader, draft, readExemplar)
  else if (tag === tags.histogram.countFloat) {
    draft.countFloat = reader.double()
    draft.isMore = true
  } else {
    if (nativeTags.has(tag)) draft.isNative = draft.isMore = true
    reader.skip(tag)
  }
}

const nativeTags: ReadonlySet<number> = new Set(Object.values(tags.native))

/** A count as a float stands above one as a whole number. */
function readBucket(reader: WireReader, draft: Draft): Point {
  const outer = reader.enter()
  let bound = 0
  let whole = 0
  let float = 0
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === tags.bucket.count) whole = reader.varint()
    else if (tag === tags.bucket.upperBound) bound = reader.double()
    else if (tag === tags.bucket.exemplar) readMore(reader, draft, readExemplar)
    else if (tag === tags.bucket.countFloat) {
      float = reader.double()
      draft.isMore = true
    } else reader.skip(tag)
  }
  reader.leave(outer)
  return [bound, float > 0 ? float : whole]
}

/** What only protobuf can say is looked through, and kept as it came. */
function readMore(reader: WireReader, draft: Draft, read: (reader: WireReader) => void): void {
  draft.isMore = true
  read(reader)
}
