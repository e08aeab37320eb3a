/** Native histograms: read from protobuf, judged as Prometheus judges them, shown as buckets. */
import { formatValue } from '../text/value-text.ts'
import { octave } from './octave.ts'
import { native, histogram as plain, span as spanTags } from './schema.ts'
import { malformed, type WireReader } from './wire-reader.ts'

export interface NativeHistogram {
  readonly count: number
  readonly schema: number
  readonly zeroThreshold: number
  readonly zeroCount: number
  /** Whether counts are fractions, which Prometheus does not add up. */
  readonly isFloat: boolean
  readonly negative: Side
  readonly positive: Side
  readonly sum: number
}

interface Side {
  readonly spans: readonly Span[]
  /** Of each bucket. */
  readonly counts: readonly number[]
}

/** So many buckets in a row; the first begins `offset` after the end of the span before. */
interface Span {
  readonly offset: number
  readonly length: number
}

interface DraftSide {
  readonly spans: Span[]
  readonly deltas: number[]
  readonly counts: number[]
}

/** The message `Histogram` in which the cursor stands; its classic buckets are left out. */
export function readNative(reader: WireReader): NativeHistogram {
  const numbers = new Map<number, number>()
  const negative: DraftSide = { spans: [], deltas: [], counts: [] }
  const positive: DraftSide = { spans: [], deltas: [], counts: [] }
  while (reader.more()) {
    const tag = reader.tag()
    const isRead =
      readNumber(reader, tag, numbers) ||
      readSide(reader, tag, negative) ||
      readSide(reader, tag + toNegative, positive)
    if (!isRead) reader.skip(tag)
  }
  const numberOf = (tag: number) => numbers.get(tag) ?? 0
  const isFloat = numberOf(plain.countFloat) > 0 || numberOf(native.zeroCountFloat) > 0
  const countsOf = (side: DraftSide) => (isFloat ? side.counts : summed(side))
  return {
    count: numberOf(isFloat ? plain.countFloat : plain.count),
    sum: numberOf(plain.sum),
    schema: numberOf(native.schema),
    zeroThreshold: numberOf(native.zeroThreshold),
    zeroCount: numberOf(isFloat ? native.zeroCountFloat : native.zeroCount),
    isFloat,
    negative: { spans: negative.spans, counts: countsOf(negative) },
    positive: { spans: positive.spans, counts: countsOf(positive) },
  }
}

function readNumber(reader: WireReader, tag: number, into: Map<number, number>): boolean {
  if (varints.has(tag)) into.set(tag, reader.varint())
  else if (doubles.has(tag)) into.set(tag, reader.double())
  else if (tag === native.schema) into.set(tag, reader.zigzag())
  else return false
  return true
}

const varints: ReadonlySet<number> = new Set([plain.count, native.zeroCount])
const doubles: ReadonlySet<number> = new Set([
  plain.sum,
  plain.countFloat,
  native.zeroThreshold,
  native.zeroCountFloat,
])

/** The fields of the positive side follow those of the negative one in the same order. */
const toNegative = native.negativeSpan - native.positiveSpan

function readSide(reader: WireReader, tag: number, side: DraftSide): boolean {
  if (tag === native.negativeSpan) side.spans.push(readSpan(reader))
  else if (tag === native.negativeDelta) side.deltas.push(reader.zigzag())
  else if (tag === native.negativeDeltas) readPacked(reader, side.deltas, () => reader.zigzag())
  else if (tag === native.negativeCount) side.counts.push(reader.double())
  else if (tag === native.negativeCounts) readPacked(reader, side.counts, () => reader.double())
  else return false
  return true
}

/** With the finest schema there are no more floats to tell apart. */
const bucketsMax = 2098 * 256

function readPacked(reader: WireReader, into: number[], item: () => number): void {
  const outer = reader.enter()
  while (reader.more() && into.length <= bucketsMax) into.push(item())
  reader.leave(outer)
}

function readSpan(reader: WireReader): Span {
  const outer = reader.enter()
  let offset = 0
  let length = 0
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === spanTags.offset) offset = reader.zigzag()
    else if (tag === spanTags.length) length = reader.varint()
    else reader.skip(tag)
  }
  reader.leave(outer)
  if (Math.abs(offset) > 2 ** 31 || length > 2 ** 32) throw malformed()
  return { offset, length }
}

/** Each delta is counted from the bucket before. */
function summed({ deltas }: DraftSide): number[] {
  let count = 0
  return deltas.map((delta) => (count += delta))
}

/** Why Prometheus would refuse the whole scrape because of it; undefined: it would not. */
export function faultOf(of: NativeHistogram): string | undefined {
  if (of.schema < -4 || of.schema > 8) return `histogram schema ${of.schema} is not in -4 to 8`
  const side = sideFault('negative', of.negative) ?? sideFault('positive', of.positive)
  if (side !== undefined) return side
  if (of.zeroCount < 0 || of.count < 0) return 'histogram has a negative count'
  const counts = [...of.negative.counts, ...of.positive.counts]
  const observed = counts.reduce((sum, count) => sum + count, of.zeroCount)
  const tolerable = Number.isNaN(of.sum) ? observed <= of.count : observed === of.count
  return of.isFloat || tolerable
    ? undefined
    : `${observed} observations found in buckets, but the Count field is ${of.count}`
}

function sideFault(name: string, { spans, counts }: Side): string | undefined {
  const bad = spans.findIndex(({ offset }, i) => i > 0 && offset < 0)
  if (bad >= 0) return `${name} side: span number ${bad + 1} has a negative offset`
  if (counts.length > bucketsMax) return `${name} side: more than ${bucketsMax} buckets`
  const needed = spans.reduce((sum, { length }) => sum + length, 0)
  if (needed !== counts.length)
    return `${name} side: spans need ${needed} buckets, have ${counts.length} buckets`
  const below = counts.findIndex((count) => !(count >= 0))
  return below < 0
    ? undefined
    : `${name} side: bucket number ${below + 1} has observation count of ${counts[below]}`
}

/** Which ends of a bucket belong to it, as the API numbers that. */
const rules = { upper: 0, lower: 1, both: 3 } as const

/** `[rule, lower, upper, count]`, from the lowest bucket up; empty ones are left out. */
export type ApiBucket = readonly [rule: number, lower: string, upper: string, count: string]

export function bucketsOf(of: NativeHistogram): readonly ApiBucket[] {
  const sideBuckets = (side: Side, sign: 'negative' | 'positive') =>
    indexed(side)
      .filter(({ count }) => count !== 0)
      .map(({ index, count }) => {
        const [inner, outer] = [boundOf(index - 1, of.schema), boundOf(index, of.schema)]
        return sign === 'positive'
          ? shown(rules.upper, [inner, outer], count)
          : shown(rules.lower, [-outer, -inner], count)
      })
  const zero = [-of.zeroThreshold, of.zeroThreshold] as const
  return [
    ...sideBuckets(of.negative, 'negative').reverse(),
    ...(of.zeroCount === 0 ? [] : [shown(rules.both, zero, of.zeroCount)]),
    ...sideBuckets(of.positive, 'positive'),
  ]
}

function shown(rule: number, [lower, upper]: readonly [number, number], count: number): ApiBucket {
  const counted = Number.isSafeInteger(count) ? String(count) : formatValue(count)
  return [rule, goText(lower), goText(upper), counted]
}

/** Go's `%v`, which shows the sign of zero. */
const goText = (value: number) => (Object.is(value, -0) ? '-0' : formatValue(value))

function indexed({ spans, counts }: Side): readonly { index: number; count: number }[] {
  const buckets: { index: number; count: number }[] = []
  let index = 0
  for (const { offset, length } of spans) {
    index += offset
    for (let i = 0; i < length; i++)
      buckets.push({ index: index++, count: counts[buckets.length] ?? 0 })
  }
  return buckets
}

/** Where the bucket of that number ends. */
function boundOf(index: number, schema: number): number {
  if (schema < 0) return 2 ** (index * 2 ** -schema)
  const perOctave = 2 ** schema
  const whole = Math.floor(index / perOctave)
  const within = octave[(index - whole * perOctave) * (256 / perOctave)] ?? Number.NaN
  if (within === 0.5 && whole === 1024) return Number.MAX_VALUE
  return within * 2 ** (whole + 1)
}
