/** Our PromQL for replays: over whatever series a replay looks up. */
import { messageOf } from '#lib/errors'
import {
  type Dialect,
  type Expression,
  format,
  labelSet,
  parse,
  prometheus2,
  prometheus3,
  runRange,
  type SeriesSource,
  type StoredSeries,
} from '#promql'
import type { ReplayEvaluator, ReplaySeries } from '#rules'

export interface EvaluatorOptions {
  /** Of the server whose history it is. */
  readonly version: string
  readonly lookbackMs: number
  readonly subqueryStepMs: number
}

/** Of one piece of a replay. */
const samplesMax = 50_000_000
/** A piece asks for the same expression again and again. */
const treesMax = 1000

export function createEvaluator({ version, ...times }: EvaluatorOptions): ReplayEvaluator {
  const dialect = dialectOf(version)
  const limits = { dialect, samplesMax, ...times }
  const trees = new Map<string, Expression>()
  const treeOf = (expr: string) => {
    const tree = trees.get(expr) ?? parse(expr, dialect)
    if (trees.size >= treesMax) trees.clear()
    trees.set(expr, tree)
    return tree
  }
  return {
    parse: treeOf,
    format(expr) {
      try {
        return format(treeOf(expr))
      } catch {
        return expr // What is not understood is compared as it is written.
      }
    },
    range(expr, grid, lookUp) {
      const source: SeriesSource = { select: (matchers) => lookUp(matchers).map(storedOf) }
      return runRange(treeOf(expr), { source, limits, ...grid })
    },
  }
}

const dialectOf = (version: string): Dialect =>
  /^([3-9]|\d\d)\./.test(version) ? prometheus3 : prometheus2

/** What is wrong with an expression of a rule. */
export const checkOf = (version: string) => (expr: string) => {
  try {
    parse(expr, dialectOf(version))
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

function storedOf(series: ReplaySeries): StoredSeries {
  const labels = labelSet(Object.entries(series.labels))
  return {
    labels,
    at(atMs, oldestMs) {
      const [sampledAtMs, value] = series.at(atMs, oldestMs) ?? []
      if (sampledAtMs === undefined || value === undefined) return undefined
      return { labels, value, sampledAtMs, origin: undefined }
    },
    window(fromMs, toMs) {
      const found = series.window(fromMs, toMs)
      if (found === undefined) return undefined
      return { ...found, sampledAtMs: found.times[found.to - 1], origin: undefined }
    },
  }
}
