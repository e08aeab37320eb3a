/** A whole query: at one time, or at each step of a range. */
import type { Labels } from '#lib/labels'
import type { Annotate } from './annotations.ts'
import { evaluateAt } from './evaluate.ts'
import type { Expression } from './expression.ts'
import { compareLabels, noLabels, signatureOf } from './label-set.ts'
import { createQuery, elementCost, type QueryLimits, type Watch } from './query.ts'
import { settled, settledElements } from './settle.ts'
import type { SeriesSource } from './source.ts'
import { stillIn } from './still.ts'
import type { Value } from './values.ts'

export interface InstantRequest {
  readonly source: SeriesSource
  readonly limits: QueryLimits
  readonly atMs: number
  readonly watch?: Watch | undefined
  readonly annotate?: Annotate | undefined
}

export interface RangeRequest {
  readonly source: SeriesSource
  readonly limits: QueryLimits
  readonly startMs: number
  readonly endMs: number
  readonly stepMs: number
  readonly annotate?: Annotate | undefined
}

/** One line of a graph: values where there are any, in the order of time. */
export interface Curve {
  readonly labels: Labels
  readonly points: readonly Point[]
}

export type Point = readonly [atMs: number, value: number]

export function runInstant(expression: Expression, request: InstantRequest): Value {
  const { atMs } = request
  const query = createQuery({ ...request, startMs: atMs, endMs: atMs })
  const run = () => settled(evaluateAt(query, expression, atMs))
  const { source, watch } = request
  if (source.borrow === undefined || watch !== undefined) return run()
  return source.borrow(run, ({ type }) => type !== 'matrix')
}

export function runRange(expression: Expression, request: RangeRequest): readonly Curve[] {
  const run = () => runSteps(expression, request)
  return request.source.borrow?.(run, () => true) ?? run()
}

function runSteps(expression: Expression, request: RangeRequest): readonly Curve[] {
  const query = createQuery({ ...request, still: stillIn(expression) })
  const makers = query.dialect.keepsApart.has('results') ? new Map() : undefined
  const curves = new Map<string, { labels: Labels; points: Point[] }>()
  const add = (labels: Labels, point: Point) => {
    const signature = signatureOf(labels)
    const curve = curves.get(signature)
    if (curve === undefined) curves.set(signature, { labels, points: [point] })
    else curve.points.push(point)
  }
  for (let atMs = request.startMs; atMs <= request.endMs; atMs += request.stepMs) {
    const value = evaluateAt(query, expression, atMs)
    if (value.type === 'scalar') add(noLabels, [atMs, value.value])
    if (value.type !== 'vector') continue
    const elements = settledElements(value.elements, makers)
    query.spend(elements.length * elementCost + 1)
    for (const { labels, value: number } of elements) add(labels, [atMs, number])
  }
  return [...curves.values()].sort((a, b) => compareLabels(a.labels, b.labels))
}
