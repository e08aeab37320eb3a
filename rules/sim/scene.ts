/** A scene for rules: how often they are evaluated, over which series, for how long. */
import type { Random } from '#lib/random'
import type { Expression } from '#promql'
import { pick } from './chance.ts'
import { courseOf } from './courses.ts'
import { inventSeries } from './invent-series.ts'
import { metricsIn } from './metrics-in.ts'
import { rangesIn } from './rule-file.ts'

/** Evaluations of each rule. */
export const stepCount = 48

export interface Scene {
  readonly everyMs: number
  readonly intervalMs: number
  readonly series: readonly { readonly series: string; readonly values: string }[]
}

export interface SceneOptions {
  readonly expressions: readonly Expression[]
  /** What the rules record themselves comes from nowhere else. */
  readonly recorded: ReadonlySet<string>
  /** The longest that one of the rules waits. */
  readonly waitMs: number
  readonly random: Random
}

const secondMs = 1000
const minuteMs = 60_000

export function sceneFor({ expressions, recorded, waitMs, random }: SceneOptions): Scene {
  const everyMs = Math.max(pick(random, [15, 30, 60]) * secondMs, roundedMs(waitMs / 8))
  const ranges = expressions.flatMap(rangesIn)
  const shortestMs = Math.min(everyMs, ...ranges.map((ms) => ms / 2))
  const parts = pick(
    random,
    [1, 2, 4].map((n) => (shortestMs < everyMs ? 2 * n : n)),
  )
  const intervalMs = everyMs / parts
  const count = stepCount * parts + 1
  const metrics = metricsIn(expressions).filter(({ name }) => !recorded.has(name))
  const scale = pick(random, [1, 2, 100, 100, 1024, 1e6, 1e10])
  const series = inventSeries(metrics, random).map((one) => {
    const { metric, labels } = one
    const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    return {
      series: `${metric.name}{${pairs.join(',')}}`,
      values: courseOf(one, { count, intervalMs, random, scale }),
    }
  })
  return { everyMs, intervalMs, series }
}

const roundedMs = (ms: number) => Math.ceil(ms / minuteMs) * minuteMs
