/** What expressions evaluate to, and the little that all evaluation does with it. */
import { fault } from '#api/errors'
import type { Labels } from '#lib/labels'
import { withoutName } from './label-set.ts'

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
