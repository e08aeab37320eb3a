/**
 * A summary with quantiles over a sliding window, for hot paths: an observation costs a logarithm
 * and an increment, where prom-client's own keeps a digest at fifty times that. Quantiles are exact
 * to 1 %; the window is ten minutes that move on in steps of two, as in Prometheus's Go client.
 */
import type { Metric } from 'prom-client'
import type { Clock } from './clock.ts'
import type { Metrics } from './metrics.ts'

export interface Summary {
  observe(labelValue: string, value: number): void
}

export interface SummaryOptions {
  readonly name: string
  readonly help: string
  /** The one label by which observations are told apart. */
  readonly label: string
  readonly clock: Clock
}

const quantiles = [0.1, 0.5, 0.9]
const stepMs = 120_000
const stepCount = 5

const growth = 1.02
const perLog = 1 / Math.log(growth)
const least = 1e-9
const most = 1e12
const bucketCount = Math.ceil(Math.log(most / least) * perLog) + 2

export function createSummary(metrics: Metrics, options: SummaryOptions): Summary {
  const { name, help, label, clock } = options
  const series = new Map<string, Window>()
  const summary = {
    name,
    help,
    type: 'summary',
    aggregator: 'sum',
    async get() {
      const values = [...series].flatMap(([value, window]) =>
        shown(name, { [label]: value }, window),
      )
      return { name, help, type: 'summary', aggregator: 'sum', values }
    },
    reset: () => series.clear(),
  }
  // The registry asks no more of a metric than this, though its type names prom-client's classes.
  metrics.registry.registerMetric(summary as unknown as Metric)
  return {
    observe(labelValue, value) {
      const known = series.get(labelValue)
      const window = known ?? openWindow(clock)
      if (known === undefined) series.set(labelValue, window)
      window.observe(value)
    },
  }
}

interface Window {
  observe(value: number): void
  /** NaN where nothing was observed in the window. */
  quantiles(): readonly number[]
  total(): { readonly sum: number; readonly count: number }
}

function openWindow(clock: Clock): Window {
  const steps = Array.from({ length: stepCount }, () => new Uint32Array(bucketCount))
  let sum = 0
  let count = 0
  let at = Math.floor(clock.monotonicMs() / stepMs)
  const moveOn = () => {
    const now = Math.floor(clock.monotonicMs() / stepMs)
    for (let step = Math.max(at + 1, now - stepCount + 1); step <= now; step++)
      steps[step % stepCount]?.fill(0)
    at = now
  }
  return {
    observe(value) {
      moveOn()
      sum += value
      count++
      const bucket = bucketOf(value)
      const buckets = steps[at % stepCount]
      if (buckets !== undefined) buckets[bucket] = (buckets[bucket] ?? 0) + 1
    },
    quantiles() {
      moveOn()
      return readQuantiles(steps)
    },
    total: () => ({ sum, count }),
  }
}

function bucketOf(value: number): number {
  if (!(value > least)) return 0
  return Math.min(bucketCount - 1, 1 + Math.floor(Math.log(value / least) * perLog))
}

/** The middle of a bucket, in the sense of proportions. */
const middleOf = (bucket: number) => (bucket === 0 ? 0 : least * growth ** (bucket - 0.5))

function readQuantiles(steps: readonly Uint32Array[]): readonly number[] {
  const merged = new Float64Array(bucketCount)
  for (const buckets of steps)
    for (let i = 0; i < bucketCount; i++) merged[i] = (merged[i] ?? 0) + (buckets[i] ?? 0)
  const all = merged.reduce((total, n) => total + n, 0)
  return quantiles.map((quantile) => {
    if (all === 0) return Number.NaN
    let passed = 0
    const bucket = merged.findIndex((n) => {
      passed += n
      return passed >= Math.max(1, quantile * all)
    })
    return middleOf(bucket)
  })
}

function shown(name: string, labels: Record<string, string>, window: Window) {
  const found = window.quantiles()
  const { sum, count } = window.total()
  return [
    ...quantiles.map((quantile, i) => ({
      labels: { ...labels, quantile: String(quantile) },
      value: found[i],
    })),
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ]
}
