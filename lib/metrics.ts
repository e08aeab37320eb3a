/** One registry of own metrics a process (prom-client). Names: `zstone_<part>_<noun>_<unit>`. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  readonly registry: Registry
  counter(name: string, help: string, labels?: readonly string[]): Counter
  gauge(name: string, help: string, labels?: readonly string[]): Gauge
  /** `buckets` are upper bounds in the metric's unit. */
  histogram(name: string, help: string, shape?: HistogramShape): Histogram
}

export interface HistogramShape {
  readonly labels?: readonly string[]
  readonly buckets?: readonly number[]
}

const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]

export function createMetrics(): Metrics {
  const registry = new Registry()
  const known = <M>(name: string, make: () => M): M =>
    (registry.getSingleMetric(name) as M | undefined) ?? make()
  return {
    registry,
    counter: (name, help, labels = []) =>
      known(
        name,
        () => new Counter({ name, help, labelNames: [...labels], registers: [registry] }),
      ),
    gauge: (name, help, labels = []) =>
      known(name, () => new Gauge({ name, help, labelNames: [...labels], registers: [registry] })),
    histogram: (name, help, { labels = [], buckets = secondsBuckets } = {}) =>
      known(
        name,
        () =>
          new Histogram({
            name,
            help,
            labelNames: [...labels],
            buckets: [...buckets],
            registers: [registry],
          }),
      ),
  }
}

/** Adds `process_*` and `nodejs_*` as Prometheus's own clients have them. */
export function addProcessMetrics({ registry }: Metrics): void {
  collectDefaultMetrics({ register: registry })
  // Gauges with the name of a counter, which promtool objects to; their parts are there by type.
  for (const what of ['handles', 'requests', 'resources'])
    registry.removeSingleMetric(`nodejs_active_${what}_total`)
}
