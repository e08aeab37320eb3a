/** An evaluator over samples of months. */
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { createPromql, type Promql, type PromqlSettings, promqlSettings } from '#promql'
import { defaultsOf } from './defaults.ts'
import type { Moment } from './moment.ts'

/** A month, on a machine that may be busy: neither room nor time is what is looked at here. */
const unbounded = { retentionMs: 100 * 86_400_000, sizeMaxBytes: 0, queryTimeoutMs: 120_000 }

export function storeOf(moments: readonly Moment[]): Promql {
  const promql = createPromql({
    ...{ clock: systemClock, log: silentLog, metrics: createMetrics() },
    settings: { ...defaultsOf<PromqlSettings>(promqlSettings), ...unbounded },
  })
  // A target of its own each time: no series is marked as stale, as none is in the peer.
  for (const { atMs, samples } of moments)
    promql.samples.append({ name: `at ${atMs}`, honorLabels: true }, samples, atMs)
  return promql
}
