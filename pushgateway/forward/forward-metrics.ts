/** What forwarding measures of itself, under the names that Prometheus's own sender has. */
import type { Metrics } from '#lib/metrics'

export interface ForwardMetrics {
  /** The newest sample that is to be sent. */
  accepted(atMs: number): void
  pending(sampleCount: number): void
  sent(batch: SentBatch): void
  retried(sampleCount: number): void
  /** The receiver did not want them. */
  refused(sampleCount: number): void
  dropped(sampleCount: number, reason: 'queue_full' | 'shutdown'): void
}

export interface SentBatch {
  readonly sampleCount: number
  readonly newestMs: number
  readonly sizeBytes: number
  readonly tookMs: number
}

const prefix = 'prometheus_remote_storage'

export function createForwardMetrics(metrics: Metrics, url: string): ForwardMetrics {
  const own = { remote_name: new URL(url).host, url }
  const labels = Object.keys(own)
  const counter = (name: string, help: string) => {
    const made = metrics.counter(`${prefix}_${name}`, help, labels)
    made.inc(own, 0)
    return (by: number) => made.inc(own, by)
  }
  const gauge = (name: string, help: string) => {
    const made = metrics.gauge(`${prefix}_${name}`, help, labels)
    return (value: number) => made.set(own, value)
  }
  const samples = counter('samples_total', 'Samples that the receiver has taken.')
  const failed = counter('samples_failed_total', 'Samples that the receiver has refused.')
  const retried = counter('samples_retried_total', 'Samples that were sent once more.')
  const bytes = counter('bytes_total', 'Bytes of packed samples that the receiver has taken.')
  const dropped = metrics.counter(
    `${prefix}_samples_dropped_total`,
    'Samples that were not sent: the queue was full, or the gateway was stopped.',
    [...labels, 'reason'],
  )
  for (const reason of ['queue_full', 'shutdown']) dropped.inc({ ...own, reason }, 0)
  const pending = gauge('samples_pending', 'Samples that wait, or are under way.')
  const newest = gauge('highest_timestamp_in_seconds', 'Time of the newest accepted sample.')
  const newestSent = gauge(
    'queue_highest_sent_timestamp_seconds',
    'Time of the newest sample that the receiver has taken.',
  )
  const duration = metrics.histogram(
    `${prefix}_sent_batch_duration_seconds`,
    'Time of a request that the receiver has taken.',
    { labels },
  )
  return {
    accepted: (atMs) => newest(atMs / 1000),
    pending,
    sent({ sampleCount, newestMs, sizeBytes, tookMs }) {
      samples(sampleCount)
      bytes(sizeBytes)
      newestSent(newestMs / 1000)
      duration.observe(own, tookMs / 1000)
    },
    retried,
    refused: failed,
    dropped: (sampleCount, reason) => dropped.inc({ ...own, reason }, sampleCount),
  }
}
