/** The store and the evaluator that one unit test of rules runs on. */
import { createManualClock } from '#lib/clock'
import { readConfig } from '#lib/config'
import { messageOf, ZstoneError } from '#lib/errors'
import { labelsKey } from '#lib/labels'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import {
  createPromql,
  type Dialect,
  type NotedSeries,
  promqlSettings,
  readSeriesLine,
} from '#promql'
import type { Bench, BenchOptions, RuleSample } from '#rules'
import { vectorOf } from './expressions.ts'

/** Nothing is too old and nothing too much: a test ends, and its samples with it. */
const unbounded = { retentionMs: 1e14, sizeMaxBytes: 0, seriesMax: 1e9 }

export function openBench(options: BenchOptions, dialect: Dialect): Bench {
  const { series, intervalMs, everyMs } = options
  const clock = createManualClock(0)
  const defaults = readConfig(promqlSettings, { args: [], env: {} }).values
  const settings = { ...defaults, ...unbounded, subqueryStepMs: everyMs }
  const metrics = createMetrics()
  const { samples, evaluate } = createPromql({ clock, log: silentLog, metrics, settings, dialect })
  const append = (name: string, made: readonly RuleSample[], atMs: number) => {
    const { refused } = samples.append({ name }, made, atMs)
    if (Object.values(refused).some((count) => count > 0))
      throw new Error('duplicate sample for timestamp')
  }
  const feeds = read(series).map((one, i) =>
    createFeed(one, intervalMs, (made, atMs) => append(`series ${i}`, made, atMs)),
  )
  return {
    feed(untilMs) {
      for (const feed of feeds) feed(untilMs)
    },
    evaluate: async (expr, atMs, watch) => vectorOf(evaluate(expr, atMs, watch)),
    append: ({ rule, atMs, samples: made }) => append(`rule ${rule}`, made, atMs),
  }
}

/** Of a series that stands there twice the last counts. */
function read(all: BenchOptions['series']): readonly NotedSeries[] {
  const noted = all.map(({ series, values }) => {
    const one = readSeries(`${series} ${values}`)
    if (!one.values.includes('histogram')) return one
    throw new Error(`Cannot use series ${series}: native histograms are not supported`)
  })
  return [...new Map(noted.map((one) => [labelsKey(one.labels), one])).values()]
}

/** Of a file that a person wrote, not of a script. */
export function readSeries(line: string): NotedSeries {
  try {
    return readSeriesLine(line)
  } catch (error) {
    const reason = error instanceof ZstoneError ? error.details['reason'] : messageOf(error)
    throw new Error(`Cannot read a series: ${reason}`)
  }
}

/** Hands on a series value by value, as far as a time. */
function createFeed(
  { labels, values }: NotedSeries,
  intervalMs: number,
  append: (made: readonly RuleSample[], atMs: number) => void,
): (untilMs: number) => void {
  const { __name__: name = '', ...rest } = labels
  let at = 0
  return (untilMs) => {
    for (; at < values.length && at * intervalMs <= untilMs; at++) {
      const value = values[at] ?? 'blank'
      // A target that exposes nothing ends what it exposed the time before.
      const made = typeof value === 'number' ? [{ name, labels: rest, value }] : []
      if (value !== 'blank') append(made, at * intervalMs)
    }
  }
}
