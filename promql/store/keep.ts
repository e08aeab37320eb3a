/** Puts a store and a folder together: what the folder holds is read back, what comes is kept. */
import type { Clock } from '#lib/clock'
import type { Disk } from '#lib/disk'
import type { Log } from '#lib/log'
import type { Metrics } from '#lib/metrics'
import { createLogMetrics } from './log/log-metrics.ts'
import { recover } from './log/recovery.ts'
import { openSampleLog } from './log/sample-log.ts'
import type { Store } from './store.ts'

export interface StorageOptions {
  readonly disk: Disk
  /** Nobody else may use it meanwhile. */
  readonly folder: string
}

export interface Keeping {
  /** Resolves when all that was taken in is on disk, with true, or is known not to be. */
  durable(): Promise<boolean>
  /** How many files were found damaged. */
  readonly damagedFiles: number
  close(): Promise<void>
}

export interface KeepWorld extends StorageOptions {
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

const logSizeMax = 16 * 1024 * 1024

export async function keep(store: Store, world: KeepWorld): Promise<Keeping> {
  const { clock, log, disk, folder } = world
  const startedMs = clock.monotonicMs()
  const place = { disk, folder, store, log, clock }
  const found = await recover({ ...place, expiredMs: clock.nowMs() - store.retentionMs })
  const metrics = createLogMetrics(world.metrics)
  const samples = await openSampleLog({ ...place, metrics, logSizeMax }, found)
  store.recorder = samples
  const tookMs = Math.round(clock.monotonicMs() - startedMs)
  log.info({ folder, series: store.catalogue.size, tookMs }, 'Samples were read back')
  return {
    durable: () => samples.durable(),
    damagedFiles: found.damaged.length,
    close: () => samples.close(),
  }
}
