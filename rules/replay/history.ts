/**
 * The history of a server, asked through its Prometheus HTTP API: in pieces that it answers within
 * a moment, so that neither side holds much and a live server goes on with its own work.
 */

import { fault } from '#api/errors'
import { type Clock, sleep } from '#lib/clock'
import { readFloat } from '#lib/go-number'
import type { Labels } from '#lib/labels'
import type { Element } from '../world.ts'
import { countOf, cut, type Grid } from './grid.ts'
import { createStride, type Pace } from './stride.ts'
import type { Answer, Ask, Curve, Part, SampleSource } from './world.ts'

const restMsMax = 1000

export interface HistoryWorld {
  readonly name: string
  readonly ask: Ask
  readonly clock: Clock
  readonly pace: Pace
}

export function createHistory({ name, ask, clock, pace }: HistoryWorld): SampleSource {
  const timed = async (expr: string, grid: Grid) => {
    const startedMs = clock.monotonicMs()
    const answer = await ask('/api/v1/query_range', parametersOf(expr, grid))
    const tookMs = clock.monotonicMs() - startedMs
    if (pace.restFactor > 0) await sleep(clock, Math.min(restMsMax, pace.restFactor * tookMs))
    return { answer, tookMs }
  }
  return {
    name,
    async *range(expr, whole) {
      const stride = createStride(pace)
      for (let rest = whole; countOf(rest) > 0; ) {
        const [piece, after] = cut(rest, stride.steps())
        const { answer, tookMs } = await timed(expr, piece)
        if (stride.isToBeHalved(answer.kind, countOf(piece))) continue
        yield partOf(answer, piece, { expr, name })
        stride.taken(countOf(piece), tookMs)
        rest = after
      }
    },
    async instant(expr, atMs) {
      const time = String(atMs / 1000)
      const answer = await ask('/api/v1/query', new URLSearchParams({ query: expr, time }))
      if (answer.kind !== 'data') throw new Error(answer.reason)
      return elementsOf(answer.data)
    },
  }
}

const parametersOf = (query: string, { startMs, endMs, stepMs }: Grid) =>
  new URLSearchParams({
    query,
    start: String(startMs / 1000),
    end: String(endMs / 1000),
    step: String(stepMs / 1000),
  })

function partOf(
  answer: Answer,
  grid: Grid,
  { expr, name }: { readonly expr: string; readonly name: string },
): Part {
  if (answer.kind === 'data') return { grid, curves: curvesOf(answer.data) }
  if (answer.kind !== 'invalid') return { grid, reason: answer.reason }
  throw fault('REPLAY_SOURCE_REFUSED', { source: name, expr, reason: answer.reason })
}

/** As the API documents it; what is not of that form is no answer. */
interface ApiSeries {
  readonly metric: Labels
  readonly values?: [number, string | number][]
  readonly value?: readonly [number, string]
}

interface ApiResult {
  readonly resultType: string
  readonly result: readonly ApiSeries[] | readonly [number, string]
}

function curvesOf(data: unknown): readonly Curve[] {
  const { result } = data as ApiResult // What a range query answers with: a matrix.
  return (result as readonly ApiSeries[]).map(({ metric, values = [] }) => {
    // In place: there may be millions.
    for (const point of values) {
      point[0] = Math.round(point[0] * 1000)
      point[1] = readFloat(String(point[1]))
    }
    return { labels: metric, points: values as [number, number][] } // They are numbers now.
  })
}

function elementsOf(data: unknown): readonly Element[] {
  const { resultType, result } = data as ApiResult // What an instant query answers with.
  if (resultType === 'scalar') return [{ labels: {}, value: readFloat(String(result[1])) }]
  if (resultType !== 'vector') throw new Error(`it gives a ${resultType}`)
  return (result as readonly ApiSeries[]).map(({ metric, value }) => ({
    labels: metric,
    value: readFloat(value?.[1] ?? 'NaN'),
  }))
}
