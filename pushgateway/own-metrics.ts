/** What the gateway measures of itself, under the original's names where it has them. */
import type { Clock } from '#lib/clock'
import type { Metrics } from '#lib/metrics'
import { createSummary } from '#lib/summary'
import { type Rejection, rejections } from './limits/rejections.ts'

export interface OwnMetrics {
  readonly log: LogMetrics
  answered(request: { handler: string; method: string; status: number }): void
  pushed(push: { method: string; tookMs: number; sizeBytes: number }): void
  /** How many pushes wait for the disk. */
  waiting(count: number): void
  /** How many scrapes are being served. */
  scraping(count: number): void
  scraped(status: number): void
  /** A limit turned a request away. */
  rejected(reason: Rejection): void
}

export interface LogMetrics {
  wrote(sizeBytes: number, recordCount: number): void
  synced(tookMs: number): void
  recovered(tookMs: number): void
  /** Nothing of a batch was stored. */
  writeFailed(): void
  /** Nothing can be stored any more. */
  broke(): void
  snapshotFailed(): void
  snapshotWritten(): void
}

/** Under the names that the original's status page and `pushgateway_build_info` have. */
export interface BuildInfo {
  readonly version: string
  readonly revision: string
  readonly branch: string
  readonly buildUser: string
  readonly buildDate: string
  /** What runs it: Node's version stands where the original has Go's. */
  readonly goVersion: string
}

export const unknownBuild: BuildInfo = {
  version: 'dev',
  revision: 'unknown',
  branch: 'unknown',
  buildUser: 'unknown',
  buildDate: 'unknown',
  goVersion: 'unknown',
}

export function createOwnMetrics(
  metrics: Metrics,
  { build, clock }: { build: BuildInfo; clock: Clock },
): OwnMetrics {
  const requests = metrics.counter(
    'pushgateway_http_requests_total',
    'Total HTTP requests processed by the Pushgateway, excluding scrapes.',
    ['handler', 'code', 'method'],
  )
  const scrapes = metrics.counter(
    'promhttp_metric_handler_requests_total',
    'Total number of scrapes by HTTP status code.',
    ['code'],
  )
  for (const code of ['200', '500', '503']) scrapes.inc({ code }, 0)
  const scraping = metrics.gauge(
    'promhttp_metric_handler_requests_in_flight',
    'Current number of scrapes being served.',
  )
  const duration = createSummary(metrics, {
    name: 'pushgateway_http_push_duration_seconds',
    help: 'HTTP request duration for pushes to the Pushgateway.',
    label: 'method',
    clock,
  })
  const size = createSummary(metrics, {
    name: 'pushgateway_http_push_size_bytes',
    help: 'HTTP request size for pushes to the Pushgateway.',
    label: 'method',
    clock,
  })
  const waiting = metrics.gauge(
    'zstone_pushgateway_queue_length',
    'Pushes and deletions that are under way.',
  )
  const rejected = metrics.counter(
    'zstone_pushgateway_rejected_total',
    'Requests that a limit turned away, by limit.',
    ['reason'],
  )
  for (const reason of rejections) rejected.inc({ reason }, 0)
  showBuild(metrics, build)
  return {
    log: createLogMetrics(metrics),
    answered: ({ handler, method, status }) =>
      requests.inc({ handler, code: String(status), method: method.toLowerCase() }),
    pushed({ method, tookMs, sizeBytes }) {
      const name = method.toLowerCase()
      duration.observe(name, tookMs / 1000)
      size.observe(name, sizeBytes)
    },
    waiting: (count) => waiting.set(count),
    scraping: (count) => scraping.set(count),
    scraped: (status) => scrapes.inc({ code: String(status) }),
    rejected: (reason) => rejected.inc({ reason }),
  }
}

/** The labels are the original's, so that its dashboards and version checks find them. */
function showBuild(metrics: Metrics, { version, revision, branch, goVersion }: BuildInfo): void {
  const labels = { branch, goarch, goos: process.platform, goversion: goVersion, revision, version }
  metrics
    .gauge('pushgateway_build_info', 'Always 1; what runs is in the labels.', Object.keys(labels))
    .set(labels, 1)
}

const goarch = process.arch === 'x64' ? 'amd64' : process.arch

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
  const snapshotFailing = metrics.gauge(
    'zstone_pushgateway_snapshot_failing',
    'Whether the last snapshot that was tried could not be written.',
  )
  const writeFailing = metrics.gauge(
    'zstone_pushgateway_wal_write_failing',
    'Whether the last batch of pushes could not be stored.',
  )
  const broken = metrics.gauge(
    'zstone_pushgateway_wal_broken',
    'Whether nothing can be stored any more until a restart.',
  )
  return {
    wrote(sizeBytes, recordCount) {
      bytes.inc(sizeBytes)
      records.inc(recordCount)
      if (sizeBytes > 0) writeFailing.set(0) // A batch of refusals alone asks nothing of the disk.
    },
    synced: (tookMs) => syncs.observe(tookMs / 1000),
    recovered: (tookMs) => recovery.set(tookMs / 1000),
    writeFailed: () => writeFailing.set(1),
    broke: () => broken.set(1),
    snapshotFailed() {
      snapshotFailures.inc()
      snapshotFailing.set(1)
    },
    snapshotWritten: () => snapshotFailing.set(0),
  }
}
