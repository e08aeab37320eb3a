/**
 * A small language for tests: series as `a{x="1"} 0+1x4 _ 7 stale`, one value an interval from time
 * zero. `0+1x4` is 0 and four more, each one above the last; `_` is no sample; `stale` ends it.
 */

import { parseDurationMs } from '#lib/duration'
import { formatLabels } from '#lib/labels'
import { createMetrics } from '#lib/metrics'
import { prometheus2 } from './dialect.ts'
import { formatFloat } from './literals.ts'
import { parse, parseSelector } from './parse.ts'
import type { Watch } from './query.ts'
import { runInstant, runRange } from './run.ts'
import { createSamples, type Samples } from './store/samples.ts'
import type { Element, Value } from './values.ts'

export const limits = {
  dialect: prometheus2,
  lookbackMs: 300_000,
  subqueryStepMs: 60_000,
  samplesMax: 1_000_000,
}

export interface Scenario {
  readonly samples: Samples
  /** What an expression gives at a time such as `5m`, as sorted lines `{x="1"} 4`. */
  answers(query: string, at: string): string[]
  elements(query: string, at: string, watch?: Watch): readonly Element[]
  /** The labels of a range vector, in its order. */
  matrix(query: string, at: string): string[]
  /** The same over a range from zero: `{x="1"} 4@0 5@60`. */
  curves(query: string, until: string, step: string): string[]
}

export function scenario(text: string, interval = '1m'): Scenario {
  const samples = createSamples({ metrics: createMetrics(), retentionMs: 1e9, seriesMax: 100_000 })
  for (const line of text.trim().split('\n')) load(samples, line.trim(), ms(interval))
  const run = (query: string, at: string, watch?: Watch): Value =>
    runInstant(parse(query), { source: samples, limits, atMs: ms(at), watch })
  const elements = (query: string, at: string, watch?: Watch) => {
    const value = run(query, at, watch)
    if (value.type !== 'vector') throw new Error(`${query} is a ${value.type}`)
    return value.elements
  }
  return {
    samples,
    elements,
    answers: (query, at) =>
      elements(query, at)
        .map(({ labels, value }) => `${formatLabels(labels)} ${formatFloat(value)}`)
        .sort(),
    matrix(query, at) {
      const value = run(query, at)
      if (value.type !== 'matrix') throw new Error(`${query} is a ${value.type}`)
      return value.series.map(({ labels }) => formatLabels(labels))
    },
    curves: (query, until, step) => {
      const range = { startMs: 0, endMs: ms(until), stepMs: ms(step) }
      return runRange(parse(query), { source: samples, limits, ...range }).map(
        ({ labels, points }) => {
          const texts = points.map(([at, value]) => `${value}@${at / 1000}`)
          return `${formatLabels(labels)} ${texts.join(' ')}`
        },
      )
    },
  }
}

function load(samples: Samples, line: string, intervalMs: number): void {
  const [, selector = '', rest = ''] = /^([\w:]*(?:\{[^}]*\})?)\s+(.+)$/.exec(line) ?? []
  const { name = '', matchers } = parseSelector(selector)
  const labels = Object.fromEntries(
    matchers.filter((m) => m.name !== '__name__').map((m) => [m.name, m.value]),
  )
  rest
    .trim()
    .split(/\s+/)
    .flatMap(expanded)
    .forEach((value, i) => {
      const sample = { name, labels, value: Number(value), origin: `${selector}#${i}` }
      if (value === 'stale') samples.append({ name: selector }, [], i * intervalMs)
      else if (value !== '_') samples.append({ name: selector }, [sample], i * intervalMs)
    })
}

function expanded(token: string): (number | 'stale' | '_')[] {
  const [, start, step = '0', times = '0'] = /^(-?[\d.]+)(?:([-+][\d.]+))?x(\d+)$/.exec(token) ?? []
  if (start !== undefined)
    return Array.from({ length: Number(times) + 1 }, (_, i) => Number(start) + i * Number(step))
  return [token === 'stale' || token === '_' ? token : Number(token)]
}

function ms(text: string): number {
  const found = parseDurationMs(text)
  if (found === undefined) throw new Error(`${text} is no duration`)
  return found
}
