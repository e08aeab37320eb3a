/** `histogram_quantile` over classic buckets: cumulative counts labelled with their upper bound. */
import type { Labels } from '#lib/labels'
import { nameLabel, signatureOf, without } from '../label-set.ts'
import { type Element, refuseTwins, vectorOf } from '../values.ts'
import { elementsIn, type FunctionBody, scalarsIn } from './call-site.ts'

export const histogram: Readonly<Record<string, FunctionBody>> = {
  histogram_quantile(args) {
    const [q = Number.NaN] = scalarsIn(args)
    const results = histogramsIn(elementsIn(args)).map(({ element, buckets }) => ({
      ...element,
      labels: without(element.labels, ['le', nameLabel]),
      value: quantileOf(q, buckets),
    }))
    refuseTwins(results)
    return vectorOf(results)
  },
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

function histogramsIn(elements: readonly Element[]): Histogram[] {
  const histograms = new Map<string, Histogram>()
  for (const element of elements) {
    const upperBound = boundOf(element.labels)
    if (upperBound === undefined) continue
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

function quantileOf(q: number, given: readonly Bucket[]): number {
  if (Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  const buckets = monotonic(merged(given.toSorted((a, b) => a.upperBound - b.upperBound)))
  const highest = buckets.at(-1)
  if (highest?.upperBound !== Number.POSITIVE_INFINITY || buckets.length < 2) return Number.NaN
  if (highest.count === 0 || Number.isNaN(highest.count)) return Number.NaN
  const rank = q * highest.count
  const found = buckets.slice(0, -1).findIndex(({ count }) => count >= rank)
  if (found < 0) return buckets.at(-2)?.upperBound ?? Number.NaN
  return within(buckets[found], buckets[found - 1], rank)
}

/** Observations lie evenly between the bounds of their bucket; the lowest begins at zero. */
function within(bucket: Bucket | undefined, below: Bucket | undefined, rank: number): number {
  if (bucket === undefined) return Number.NaN
  if (below === undefined && bucket.upperBound <= 0) return bucket.upperBound
  const start = below?.upperBound ?? 0
  const before = below?.count ?? 0
  return start + (bucket.upperBound - start) * ((rank - before) / (bucket.count - before))
}

/** Buckets whose bounds differ only in spelling (`1`, `1.0`) are one. */
function merged(sorted: readonly Bucket[]): Bucket[] {
  const buckets: Bucket[] = []
  for (const { upperBound, count } of sorted) {
    const before = buckets.at(-1)
    if (before?.upperBound === upperBound) before.count += count
    else buckets.push({ upperBound, count })
  }
  return buckets
}

/** Sources read at slightly different times may leave a count below its lower ones. */
function monotonic(buckets: Bucket[]): Bucket[] {
  let most = Number.NEGATIVE_INFINITY
  for (const bucket of buckets) {
    if (bucket.count > most) most = bucket.count
    else if (bucket.count < most) bucket.count = most
  }
  return buckets
}
