/** What every machine of this part gets handed. */
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { Metrics } from '#lib/metrics'
import type { Passage } from '#lib/pipeline'
import type { Random } from '#lib/random'
import type { Tracer } from '#lib/trace'
import type { AlertConfig } from './config/config.ts'
import type { Damping } from './damping/flapping.ts'
import type { AlertDb } from './store/tables.ts'

export interface World {
  readonly db: AlertDb
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly metrics: Metrics
  readonly tracer: Tracer
  readonly report: (passage: Passage) => void
  /** The configuration that holds now. */
  readonly config: () => AlertConfig
  readonly externalUrl: string
  readonly retentionMs: number
  /** What counts as flapping. */
  readonly damping: Damping
  readonly historyRetentionMs: number
}
