/** Samples and metric families, as the Prometheus text format 0.0.4 names them. */
import type { Labels } from '#lib/labels'

export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped'

/** One sample of one series: `name` with its suffix (`_bucket`, `_sum`, …), as it is exposed. */
export interface Sample {
  readonly name: string
  readonly labels: Labels
  readonly value: number
}

export interface MetricFamily {
  /** Without `_bucket`, `_sum`, `_count`. */
  readonly name: string
  readonly type: MetricType
  readonly help: string
  readonly samples: readonly Sample[]
}

/** A sample as the evaluator takes it in. */
export interface ScrapedSample extends Sample {
  /** The `traceparent` of the push that brought it, where one did. */
  readonly origin?: string | undefined
}
