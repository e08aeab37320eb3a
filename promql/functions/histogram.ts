/** Quantiles and fractions over classic buckets: cumulative counts, by their upper bounds. */
import type { Labels } from '#lib/labels'
import { type Annotate, badBucket, forcedMonotonic, quantileFault } from '../annotations.ts'
import type { Dialect } from '../dialect.ts'
import type { Span } from '../expression.ts'
import { nameLabel, signatureOf, withLabels, without } from '../label-set.ts'
import { formatBound } from '../literals.ts'
import type { Query } from '../query.ts'
import { isAlmostBy } from '../statistics.ts'
import { type Element, vectorOf } from '../values.ts'
import { elementsIn, type FunctionBody, scalarsIn, textsIn } from './call-site.ts'

/** Of native histograms, of which there are none, and of them only. */
const ofNone: FunctionBody = () => vectorOf([])

export const histogram: Readonly<Record<string, FunctionBody>> = {
  histogram_avg: ofNone,
  histogram_count: ofNone,
  histogram_sum: ofNone,
  histogram_stddev: ofNone,
  histogram_stdvar: ofNone,
  histogram_quantile(args, { query, call }) {
    const [ofQuantile, ofBuckets] = call.args.map(({ span }) => span)
    const [q = Number.NaN] = scalarsIn(args)
    return vectorOf(quantilesIn(elementsIn(args), q, { query, ofQuantile, ofBuckets }))
  },
  histogram_quantiles(args, { query, call }) {
    const [ofBuckets, , ...ofQuantiles] = call.args.map(({ span }) => span)
    const [label = ''] = textsIn(args)
    const results = scalarsIn(args).flatMap((q, i) =>
      quantilesIn(elementsIn(args), q, { query, ofQuantile: ofQuantiles[i], ofBuckets }).map(
        (one) => ({ ...one, labels: withLabels(one.labels, [[label, formatBound(q)]]) }),
      ),
    )
    return vectorOf(results)
  },
  histogram_fraction(args, { query, call }) {
    if (!query.dialect.fractionsOfBuckets) return vectorOf([])
    const annotate: Annotate = (annotation) => query.annotate(annotation, call.args[2]?.span)
    const [lower = Number.NaN, upper = Number.NaN] = scalarsIn(args)
    const results = each(elementsIn(args), { ...query, annotate }, ({ buckets }) =>
      fractionOf([lower, upper], merged(buckets)),
    )
    return vectorOf(results)
  },
}

interface Asking {
  readonly query: Query
  /** Where each is written, for what there is to say of it. */
  readonly ofQuantile: Span | undefined
  readonly ofBuckets: Span | undefined
}

function quantilesIn(elements: readonly Element[], q: number, asking: Asking): readonly Element[] {
  const { query, ofQuantile, ofBuckets } = asking
  const fault = quantileFault(q)
  if (fault !== undefined) query.annotate(fault, ofQuantile)
  const annotate: Annotate = (annotation) => query.annotate(annotation, ofBuckets)
  return each(elements, { ...query, annotate }, ({ element, buckets }) => {
    const rising = monotonic(buckets, query.dialect)
    const found = quantileOf(q, rising.buckets)
    if (rising.isForced && hasRank(q, rising.buckets))
      annotate(forcedMonotonic(element.labels[nameLabel] ?? ''))
    return found
  })
}

function each(
  elements: readonly Element[],
  query: Query,
  summary: (histogram: Histogram) => number,
): readonly Element[] {
  const results = histogramsIn(elements, query).map((found) => {
    const { element } = found
    query.work(1)
    const labels = without(element.labels, ['le'])
    return query.dialect.renamed({ ...element, labels }, summary(found))
  })
  query.dialect.refuseTwins(results)
  return results
}

interface Bucket {
  readonly upperBound: number
  count: number
}

interface Histogram {
  /** The one whose sample is newest. */
  element: Element
  readonly buckets: Bucket[]
}

function histogramsIn(elements: readonly Element[], { annotate, work }: Query): Histogram[] {
  const histograms = new Map<string, Histogram>()
  for (const element of elements) {
    work(1)
    const upperBound = boundOf(element.labels)
    if (upperBound === undefined) {
      annotate(badBucket(element.labels['le'] ?? '', element.labels[nameLabel] ?? ''))
      continue
    }
    const signature = signatureOf(without(element.labels, ['le']))
    const bucket = { upperBound, count: element.value }
    const known = histograms.get(signature)
    if (known === undefined) histograms.set(signature, { element, buckets: [bucket] })
    else {
      known.buckets.push(bucket)
      if ((element.sampledAtMs ?? 0) > (known.element.sampledAtMs ?? 0)) known.element = element
    }
  }
  return [...histograms.values()]
}

function boundOf({ le = '' }: Labels): number | undefined {
  const [, sign] = /^([-+]?)(?:inf|infinity)$/i.exec(le) ?? []
  if (sign !== undefined) return sign === '-' ? -Infinity : Infinity
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(le) ? Number(le) : undefined
}

function quantileOf(q: number, buckets: readonly Bucket[]): number {
  if (Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  if (!hasRank(q, buckets)) return Number.NaN
  const rank = q * (buckets.at(-1)?.count ?? Number.NaN)
  const found = firstWith(buckets, (count) => count >= rank)
  if (found === buckets.length - 1) return buckets.at(-2)?.upperBound ?? Number.NaN
  return within(buckets[found], buckets[found - 1], rank)
}

/** By halves, which tells where counts that are no numbers stand between others. */
function firstWith(buckets: readonly Bucket[], isEnough: (count: number) => boolean): number {
  let [from, to] = [0, buckets.length - 1]
  while (from < to) {
    const middle = (from + to) >> 1
    if (isEnough(buckets[middle]?.count ?? 0)) to = middle
    else from = middle + 1
  }
  return from
}

/** Whether the quantile lies in one of the buckets. */
function hasRank(q: number, buckets: readonly Bucket[]): boolean {
  const highest = buckets.at(-1)
  const isWhole = highest?.upperBound === Number.POSITIVE_INFINITY && buckets.length > 1
  return q >= 0 && q <= 1 && isWhole && highest.count !== 0
}

/** Which share of the observations lies between two bounds. */
function fractionOf([lower, upper]: readonly [number, number], buckets: readonly Bucket[]): number {
  const highest = buckets.at(-1)
  if (highest?.upperBound !== Number.POSITIVE_INFINITY) return Number.NaN
  const { count } = highest
  if (count === 0 || Number.isNaN(count + lower + upper)) return Number.NaN
  if (lower >= upper) return 0
  const rank = (bound: number) => Math.min(count, rankOf(bound, buckets))
  return (rank(upper) - rank(lower)) / count
}

/** How many observations lie below a bound. */
function rankOf(bound: number, buckets: readonly Bucket[]): number {
  if (bound === Number.NEGATIVE_INFINITY) return 0
  const found = buckets.findIndex(({ upperBound }) => upperBound >= bound)
  const [bucket, below] = [buckets[found], buckets[found - 1]]
  if (bucket === undefined) return 0
  if (bucket.upperBound === bound) return bucket.count
  const before = below?.count ?? 0
  const start = below?.upperBound ?? (bucket.upperBound > 0 ? 0 : Number.NEGATIVE_INFINITY)
  if (bucket.upperBound === Number.POSITIVE_INFINITY || bound <= start) return before
  if (start === Number.NEGATIVE_INFINITY) return 0
  return before + (bucket.count - before) * ((bound - start) / (bucket.upperBound - start))
}

/** Observations lie evenly between the bounds of their bucket; the lowest begins at zero. */
function within(bucket: Bucket | undefined, below: Bucket | undefined, rank: number): number {
  if (bucket === undefined) return Number.NaN
  if (below === undefined && bucket.upperBound <= 0) return bucket.upperBound
  const start = below?.upperBound ?? 0
  const before = below?.count ?? 0
  return start + (bucket.upperBound - start) * ((rank - before) / (bucket.count - before))
}

/** By their bounds; buckets whose bounds differ only in spelling (`1`, `1.0`) are one. */
function merged(given: readonly Bucket[]): Bucket[] {
  const buckets: Bucket[] = []
  for (const { upperBound, count } of given.toSorted((a, b) => a.upperBound - b.upperBound)) {
    const before = buckets.at(-1)
    if (before?.upperBound === upperBound) before.count += count
    else buckets.push({ upperBound, count })
  }
  return buckets
}

/** Counts that differ by less than this, by their size, are the same but for rounding. */
const countTolerance = 1e-12

/** Sources read at slightly different times may leave a count below its lower ones. */
function monotonic(given: readonly Bucket[], dialect: Dialect) {
  const buckets = merged(given)
  let below = buckets[0]?.count ?? 0
  let isForced = false
  for (const bucket of buckets.slice(1)) {
    const { count } = bucket
    const isNear = isAlmostBy(countTolerance, count, below)
    const isEven = dialect.evensOutBuckets && isNear
    if (count < below || isEven) bucket.count = below
    // What is no number is passed over, or stands for all that follow.
    else if (count > below || dialect.evensOutBuckets) below = count
    if (count < below && !isNear) isForced = true
  }
  return { buckets, isForced }
}
