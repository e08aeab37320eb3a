/** What the gateway measures of itself, under the original's names where it has them. */
import type { Metrics } from '#lib/metrics'

export interface OwnMetrics {
  readonly log: LogMetrics
  answered(request: { handler: string; method: string; status: number }): void
  pushed(push: { method: string; tookMs: number; sizeBytes: number }): void
  /** How many pushes wait for the disk. */
  waiting(count: number): void
}

export interface LogMetrics {
  wrote(sizeBytes: number, recordCount: number): void
  synced(tookMs: number): void
  recovered(tookMs: number): void
  snapshotFailed(): void
}

const sizeBuckets = [256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216]

export function createOwnMetrics(metrics: Metrics, version: string): OwnMetrics {
  const requests = metrics.counter(
    'pushgateway_http_requests_total',
    'Total HTTP requests processed by the Pushgateway, excluding scrapes.',
    ['handler', 'code', 'method'],
  )
  const duration = metrics.histogram(
    'pushgateway_http_push_duration_seconds',
    'HTTP request duration for pushes to the Pushgateway.',
    { labels: ['method'] },
  )
  const size = metrics.histogram(
    'pushgateway_http_push_size_bytes',
    'HTTP request size for pushes to the Pushgateway.',
    { labels: ['method'], buckets: sizeBuckets },
  )
  const waiting = metrics.gauge(
    'zstone_pushgateway_queue_length',
    'Pushes and deletions that are under way.',
  )
  metrics
    .gauge('pushgateway_build_info', 'Always 1; what runs is in the labels.', ['version'])
    .set({ version }, 1)
  return {
    log: createLogMetrics(metrics),
    answered: ({ handler, method, status }) =>
      requests.inc({ handler, code: String(status), method: method.toLowerCase() }),
    pushed({ method, tookMs, sizeBytes }) {
      duration.observe({ method: method.toLowerCase() }, tookMs / 1000)
      size.observe({ method: method.toLowerCase() }, sizeBytes)
    },
    waiting: (count) => waiting.set(count),
  }
}

function createLogMetrics(metrics: Metrics): LogMetrics {
  const bytes = metrics.counter('zstone_pushgateway_wal_bytes_total', 'Bytes appended to the log.')
  const records = metrics.counter(
    'zstone_pushgateway_wal_records_total',
    'Pushes and deletions that the log made durable.',
  )
  const syncs = metrics.histogram(
    'zstone_pushgateway_wal_fsync_seconds',
    'Time until a batch of pushes was durable.',
  )
  const recovery = metrics.gauge(
    'zstone_pushgateway_wal_recovery_seconds',
    'Time that reading the snapshot and the logs took at the last start.',
  )
  const snapshotFailures = metrics.counter(
    'zstone_pushgateway_snapshot_failures_total',
    'Snapshots that could not be written.',
  )
  return {
    wrote(sizeBytes, recordCount) {
      bytes.inc(sizeBytes)
      records.inc(recordCount)
    },
    synced: (tookMs) => syncs.observe(tookMs / 1000),
    recovered: (tookMs) => recovery.set(tookMs / 1000),
    snapshotFailed: () => snapshotFailures.inc(),
  }
}
