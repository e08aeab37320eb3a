/** Answers of the HTTP API, field for field as Prometheus gives them. */
import { messageOf, ZstoneError } from '#lib/errors'
import type { Labels } from '#lib/labels'
import { Remarked } from './http-call.ts'
import { formatFloat } from './literals.ts'
import type { Curve } from './run.ts'
import type { Value, Window } from './values.ts'

export interface Answer {
  readonly status: number
  readonly body: object
}

export function success(given: unknown): Answer {
  const { data, remarks } = given instanceof Remarked ? given : { data: given, remarks: {} }
  const said = Object.entries(remarks).filter(([, texts]) => texts.length > 0)
  return { status: 200, body: { status: 'success', data, ...Object.fromEntries(said) } }
}

/** What stands in the text of a request is bad data; what came after it was read is execution. */
export function failure(error: unknown): Answer {
  if (!(error instanceof ZstoneError))
    return {
      status: 500,
      body: { status: 'error', errorType: 'internal', error: 'internal error' },
    }
  const invalidQuery = error.code === 'PROMQL_INVALID' ? 'invalid parameter "query": ' : ''
  const errorType = errorTypes[error.status] ?? 'internal'
  const message = `${invalidQuery}${messageOf(error)}`
  return {
    status: error.status,
    body: { status: 'error', errorType, error: message.toWellFormed() },
  }
}

const errorTypes: Readonly<Record<number, string>> = {
  400: 'bad_data',
  404: 'not_found',
  405: 'bad_data',
  413: 'bad_data',
  422: 'execution',
  503: 'timeout',
}

const pointOf = (atMs: number, value: number) => [atMs / 1000, formatFloat(value)]
/** A query may make labels of bytes that are no text, which JSON cannot hold. */
const metricOf = (labels: Labels) =>
  Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]),
  )

export function instantAnswer(value: Value, atMs: number): object {
  switch (value.type) {
    case 'scalar':
      return { resultType: 'scalar', result: pointOf(atMs, value.value) }
    case 'string':
      return { resultType: 'string', result: [atMs / 1000, value.value] }
    case 'vector':
      return {
        resultType: 'vector',
        result: value.elements.map(({ labels, value: number }) => ({
          metric: metricOf(labels),
          value: pointOf(atMs, number),
        })),
      }
    case 'matrix':
      return {
        resultType: 'matrix',
        result: value.series.map(({ labels, window }) => ({
          metric: metricOf(labels),
          values: pointsOf(window),
        })),
      }
  }
}

export function rangeAnswer(curves: readonly Curve[]): object {
  return {
    resultType: 'matrix',
    result: curves.map(({ labels, points }) => ({
      metric: metricOf(labels),
      values: points.map(([atMs, value]) => pointOf(atMs, value)),
    })),
  }
}

function pointsOf({ times, values, from, to }: Window): unknown[] {
  const points: unknown[] = []
  for (let i = from; i < to; i++) points.push(pointOf(times[i] ?? 0, values[i] ?? 0))
  return points
}
