/** What expressions evaluate to, and the little that all evaluation does with it. */
import { fault } from '#api/errors'
import type { Labels } from '#lib/labels'
import { nameLabel, signatureOf, withoutName, withoutQuantity } from './label-set.ts'

export type Value = ScalarValue | StringValue | VectorValue | MatrixValue

export interface ScalarValue {
  readonly type: 'scalar'
  readonly value: number
}

export interface StringValue {
  readonly type: 'string'
  readonly value: string
}

export interface VectorValue {
  readonly type: 'vector'
  readonly elements: readonly Element[]
}

export interface MatrixValue {
  readonly type: 'matrix'
  readonly series: readonly RangeSeries[]
  /** The bounds that were asked for; both belong to the range. */
  readonly startMs: number
  readonly endMs: number
}

/** Which sample a value comes from: of several, the newest. Both absent: no sample was read. */
export interface Provenance {
  /** When that sample was taken; the age of the value is counted from here. */
  readonly sampledAtMs: number | undefined
  /** The `traceparent` of the push that brought it. */
  readonly origin: string | undefined
}

export interface Element extends Provenance {
  readonly labels: Labels
  readonly value: number
  /** The value is another quantity than the name says: it goes when the query is done. */
  readonly losesName?: boolean
}

/** Samples `from` up to, not including, `to` of two columns; never empty, never a stale marker. */
export interface Window extends Provenance {
  readonly times: Float64Array
  readonly values: Float64Array
  readonly from: number
  readonly to: number
  /** When what each sample counts began to be counted; NaN where that is not known. */
  readonly startedMs?: Float64Array
}

export interface RangeSeries {
  readonly labels: Labels
  readonly window: Window
  readonly losesName?: boolean
}

export const scalarOf = (value: number): ScalarValue => ({ type: 'scalar', value })
export const vectorOf = (elements: readonly Element[]): VectorValue => ({
  type: 'vector',
  elements,
})

export const executionFault = (reason: string) => fault('PROMQL_EXECUTION', { reason })

/** The same element with another value and without metric name. */
export function nameless(element: Element, value: number): Element {
  const { labels, sampledAtMs, origin } = element
  return { labels: withoutName(labels), value, sampledAtMs, origin }
}

/** The same element with another value, whose metric name goes when the query is done. */
export function unnamedLater(element: Element, value: number): Element {
  const { labels, sampledAtMs, origin } = element
  return { labels, value, sampledAtMs, origin, losesName: true }
}

/** The value without the names that were to go at the end. */
export function settled(value: Value): Value {
  if (value.type === 'matrix')
    return value.series.some(({ losesName }) => losesName)
      ? { ...value, series: distinct(value.series.map(unnamed)) }
      : value
  if (value.type !== 'vector' || !value.elements.some(({ losesName }) => losesName)) return value
  return vectorOf(distinct(value.elements.map(unnamed)))
}

type Labelled = { readonly labels: Labels; readonly losesName?: boolean }

const unnamed = <T extends Labelled>(one: T): T =>
  one.losesName ? { ...one, labels: withoutQuantity(one.labels), losesName: false } : one

function distinct<T extends Labelled>(all: readonly T[]): readonly T[] {
  refuseTwins(all)
  return all
}

/** Dropping names may make twins, but only where there was more than one name. */
export function hasOneName(elements: readonly { readonly labels: Labels }[]): boolean {
  const name = elements[0]?.labels[nameLabel]
  return elements.every(({ labels }) => labels[nameLabel] === name)
}

export function refuseTwins(elements: readonly Labelled[]): void {
  const seen = new Set<string>()
  for (const { labels } of elements) seen.add(signatureOf(labels))
  if (seen.size < elements.length)
    throw executionFault('vector cannot contain metrics with the same labelset')
}
