/** Why a sample is not taken in, and how many were and were not. */
import type { Metrics } from '#lib/metrics'

export const refusals = [
  'out-of-order',
  'duplicate',
  'series-limit',
  'too-old',
  'too-new',
  'invalid-labels',
] as const

export type Refusal = (typeof refusals)[number]

export interface IntakeMetrics {
  taken(samples: number): void
  refused(reason: Refusal, samples: number): void
  series(count: number): void
  memory(sizeBytes: number): void
}

interface Bounds {
  readonly seriesMax: number
  readonly sizeMaxBytes: number
}

export function createIntakeMetrics(
  metrics: Metrics,
  { seriesMax, sizeMaxBytes }: Bounds,
): IntakeMetrics {
  const series = metrics.gauge('zstone_promql_series', 'Series in memory.')
  const bytes = metrics.gauge(
    'zstone_promql_samples_bytes',
    'Bytes that the samples take in memory, without labels and index.',
  )
  metrics
    .gauge(
      'zstone_promql_series_limit',
      'Series that there may be in memory; see --promql.storage.series-max.',
    )
    .set(seriesMax)
  metrics
    .gauge(
      'zstone_promql_samples_bytes_limit',
      'Bytes that samples may take in memory before the oldest go; 0: any.',
    )
    .set(sizeMaxBytes)
  const samples = metrics.counter('zstone_promql_samples_total', 'Samples taken in.')
  const refused = metrics.counter(
    'zstone_promql_samples_refused_total',
    'Samples not taken in: out of order, a second value for one time, beyond a limit, not valid.',
    ['reason'],
  )
  for (const reason of refusals) refused.inc({ reason }, 0)
  return {
    taken: (count) => samples.inc(count),
    refused(reason, count) {
      if (count > 0) refused.inc({ reason }, count)
    },
    series: (count) => series.set(count),
    memory: (sizeBytes) => bytes.set(sizeBytes),
  }
}
