/** The tree of an expression with what each part gave, bounded to what a person reads. */

import { formatShortest } from '#lib/go-number'
import type { Labels } from '#lib/labels'
import { type ExpressionNode, partsOf } from '../expression.ts'
import { rfc3339 } from '../postable.ts'
import type { SeenElement, SeenSeries, SeenValue } from '../world.ts'
import { type Explained, oneLine } from './why-not.ts'

/** Elements shown of one part; `count` says how many there are. */
const elementsMax = 20

export interface ShownNode {
  readonly text: string
  readonly kind: ExpressionNode['kind']
  readonly type?: SeenValue['type']
  /** Of a scalar or a string. */
  readonly value?: string
  /** Of a vector or a matrix: elements or series, and the first of them. */
  readonly count?: number
  readonly elements?: readonly ShownElement[]
  readonly parts: readonly ShownNode[]
}

export interface ShownElement {
  readonly labels: Labels
  /** As Prometheus writes numbers; of a series in a range its newest. */
  readonly value: string
  /** When the newest sample behind it was taken. */
  readonly sampledAt?: string
  readonly ageSeconds?: number
  /** Of a series in a range. */
  readonly samples?: number
  /** The trace of the push that brought it. */
  readonly traceparent?: string
}

export function shownTree(node: ExpressionNode, given: Explained, atMs: number): ShownNode {
  const value = given.seen.valueOf(node)
  return {
    text: oneLine(node, given),
    kind: node.kind,
    ...(value === undefined ? {} : shownValue(value, atMs)),
    parts: partsOf(node).map((part) => shownTree(part, given, atMs)),
  }
}

function shownValue(value: SeenValue, atMs: number): Omit<ShownNode, 'text' | 'kind' | 'parts'> {
  const { type } = value
  if (type === 'scalar') return { type, value: formatShortest(value.value) }
  if (type === 'string') return { type, value: value.value }
  const all = elementsOf(value, atMs)
  return { type, count: all.length, elements: all.slice(0, elementsMax) }
}

/** The samples that a selector found. */
export function elementsOf(value: SeenValue | undefined, atMs: number): readonly ShownElement[] {
  if (value?.type === 'vector') return value.elements.map((element) => shownElement(element, atMs))
  return value?.type === 'matrix' ? value.series.map((series) => shownSeries(series, atMs)) : []
}

function shownElement({ labels, value, sampledAtMs, origin }: SeenElement, atMs: number) {
  return { labels, value: formatShortest(value), ...agedAt(sampledAtMs, atMs), ...tracedTo(origin) }
}

function shownSeries({ labels, window }: SeenSeries, atMs: number): ShownElement {
  const { times, values, from, to, origin } = window
  return {
    labels,
    value: formatShortest(values[to - 1] ?? Number.NaN),
    ...agedAt(times[to - 1], atMs),
    samples: to - from,
    ...tracedTo(origin),
  }
}

const agedAt = (sampledAtMs: number | undefined, atMs: number) =>
  sampledAtMs === undefined
    ? {}
    : { sampledAt: rfc3339(sampledAtMs), ageSeconds: (atMs - sampledAtMs) / 1000 }

const tracedTo = (origin: string | undefined) =>
  origin === undefined ? {} : { traceparent: origin }
