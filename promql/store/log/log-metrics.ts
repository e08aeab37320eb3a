/** What the log of samples says of itself. */
import type { Metrics } from '#lib/metrics'

export interface LogMetrics {
  size(logBytes: number): void
  synced(tookMs: number): void
  checkpointed(sizeBytes: number, tookMs: number): void
  failed(isFailed: boolean): void
  damaged(files: number): void
}

export function createLogMetrics(metrics: Metrics): LogMetrics {
  const size = metrics.gauge('zstone_promql_log_bytes', 'Bytes of log since the last checkpoint.')
  const syncs = metrics.histogram('zstone_promql_log_sync_seconds', 'Time of one sync of the log.')
  const checkpoints = metrics.histogram(
    'zstone_promql_checkpoint_seconds',
    'Time from the beginning of a checkpoint to its end.',
  )
  const checkpoint = metrics.gauge('zstone_promql_checkpoint_bytes', 'Size of the last checkpoint.')
  const failed = metrics.gauge(
    'zstone_promql_log_failed',
    'Whether samples are kept in memory only, because the disk failed: 1 or 0.',
  )
  const damaged = metrics.gauge(
    'zstone_promql_log_damaged_files',
    'Files that were found damaged at the start.',
  )
  return {
    size: (logBytes) => size.set(logBytes),
    synced: (tookMs) => syncs.observe(tookMs / 1000),
    checkpointed(sizeBytes, tookMs) {
      checkpoint.set(sizeBytes)
      checkpoints.observe(tookMs / 1000)
    },
    failed: (isFailed) => failed.set(isFailed ? 1 : 0),
    damaged: (files) => damaged.set(files),
  }
}
