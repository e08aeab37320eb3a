/** What the status page shows, and `GET /v1/status` answers: plain data, all times in Unix ms. */
import type { Labels } from '#lib/labels'

export type Health = 'ok' | 'warning' | 'critical' | 'unknown'

export interface StatusReport {
  readonly cluster: string
  readonly atMs: number
  readonly health: Health
  /** Why it is not `ok`, worst first; empty when it is. */
  readonly reasons: readonly string[]
  readonly nodes: readonly NodeStatus[]
  readonly pools: readonly PoolStatus[]
  readonly alerts: readonly AlertStatus[]
  /** The newest first, at most 20. */
  readonly jobs: readonly JobStatus[]
  readonly links: readonly StatusLink[]
}

export interface NodeStatus {
  readonly name: string
  readonly rack: string
  readonly devices: readonly DeviceStatus[]
  /** When its agent last pushed; absent: never. */
  readonly lastPushMs?: number
  /** Older than it may be: nothing it said counts as healthy any more. */
  readonly isStale: boolean
}

export interface DeviceStatus {
  readonly name: string
  readonly state: 'in' | 'draining' | 'out' | 'failed'
  readonly isUp: boolean
  readonly usedBytes: number
  readonly sizeBytes: number
}

export interface PoolStatus {
  readonly name: string
  readonly copies: number
  readonly faultDomain: string
  readonly objects: number
  readonly degraded: number
  readonly unavailable: number
}

export interface AlertStatus {
  readonly name: string
  readonly severity: string
  readonly labels: Labels
  readonly summary: string
  readonly runbookUrl?: string
  readonly sinceMs: number
  /** A silence or an inhibition holds its notifications back. */
  readonly isSuppressed: boolean
  readonly traceId?: string
}

export interface JobStatus {
  readonly id: string
  readonly workflow: string
  readonly state: string
  readonly step: string
  readonly progress: string
  readonly startedMs: number
  readonly error?: string
  readonly traceId?: string
}

export interface StatusLink {
  readonly text: string
  readonly url: string
}
