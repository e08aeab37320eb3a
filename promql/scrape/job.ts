/** One `scrape_config`: what is read, how, how often, and what becomes of it. */
import type { Labels } from '#lib/labels'
import type { Access } from './http/access.ts'
import type { RelabelRule } from './relabel.ts'

export interface ScrapeJob {
  readonly name: string
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly scheme: string
  readonly path: string
  readonly params: ReadonlyMap<string, readonly string[]>
  readonly honorLabels: boolean
  readonly honorTimestamps: boolean
  /** Whether series whose samples have times of their own can end, too. */
  readonly tracksTimestamps: boolean
  readonly isCompressed: boolean
  readonly access: Access
  readonly limits: ScrapeLimits
  readonly relabel: readonly RelabelRule[]
  readonly metricRelabel: readonly RelabelRule[]
  readonly groups: readonly TargetGroup[]
  readonly files: readonly FileDiscovery[]
}

/** What versions of Prometheus do differently. */
export interface ScrapeHabits {
  /** An address without a port gets that of its scheme. */
  readonly addsPort: boolean
  /** Bounds of buckets are stored in one writing, whatever it was: `1.0` for `1`. */
  readonly evensBounds: boolean
}

/** 0: as much as comes. */
export interface ScrapeLimits {
  readonly bodyBytes: number
  readonly samples: number
  readonly targets: number
  readonly labels: number
  readonly labelNameLength: number
  readonly labelValueLength: number
  /** So many targets that relabelling dropped are shown. */
  readonly droppedShown: number
}

/** Targets that share labels; each is a label set, mostly `__address__` alone. */
export interface TargetGroup {
  /** Where it was found, for the log. */
  readonly source: string
  readonly targets: readonly Labels[]
  readonly labels: Labels
}

export interface FileDiscovery {
  /** Paths; the last part may hold a `*`. */
  readonly patterns: readonly string[]
  readonly refreshMs: number
}
