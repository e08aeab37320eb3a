/** What the status page shows, as one value: `GET /v1/status`. Times: milliseconds since 1970. */

export type Health = 'ok' | 'warning' | 'critical' | 'unknown'

export interface StatusReport {
  readonly atMs: number
  readonly health: Health
  /** One sentence each; empty only where all is well. */
  readonly reasons: readonly string[]
  readonly nodes: readonly StatusNode[]
  /** Those that were pushed longest ago first, at most 20. */
  readonly pushGroups: readonly StatusPushGroup[]
  readonly pushGroupCount: number
  readonly pools: readonly StatusPool[]
  readonly alerts: readonly StatusAlert[]
  /** Newest first, at most 20. */
  readonly jobs: readonly StatusJob[]
  /** How old what is shown is, by source. */
  readonly ages: readonly StatusAge[]
  readonly links: readonly StatusLink[]
}

export interface StatusNode {
  readonly name: string
  readonly rack: string
  readonly datacentre: string
  readonly devices: readonly StatusDevice[]
  /** Absent: nothing was ever pushed. */
  readonly lastPushAtMs?: number | undefined
  readonly ageMs?: number | undefined
  /** Too old to judge by, or never heard of. */
  readonly stale: boolean
}

/** What the pushgateway keeps under one grouping key. */
export interface StatusPushGroup {
  /** Somebody who pushes all the time has not for long. */
  readonly stale?: boolean | undefined
  readonly labels: Readonly<Record<string, string>>
  /** Since the last push that was taken; absent: none was. */
  readonly ageMs?: number | undefined
  /** Whether the last push was refused. */
  readonly failed: boolean
  readonly series: number
}

export interface StatusDevice {
  readonly id: string
  readonly name: string
  /** `in`, `draining`, `out`, `failed` or `empty`. */
  readonly state: string
  readonly up: boolean
  readonly usedBytes?: number | undefined
  readonly sizeBytes?: number | undefined
  readonly reason?: string | undefined
}

export interface StatusPool {
  readonly name: string
  readonly copies: number
  readonly faultDomain: string
  readonly objects: number
  /** Objects with fewer copies than they should have. */
  readonly degraded: number
  /** Objects that cannot be read. */
  readonly unavailable: number
}

export interface StatusAlert {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly sinceMs: number
  readonly summary: string
  /** `active`, `suppressed` or `unprocessed`, as the alertmanager says. */
  readonly state: string
  readonly traceId?: string | undefined
  /** What to do about it. */
  readonly runbookUrl?: string | undefined
  /** Whoever judged it: the rule, and its values. */
  readonly ruleUrl?: string | undefined
}

export interface StatusJob {
  readonly id: string
  readonly workflow: string
  /** What it works on, in words. */
  readonly subject: string
  readonly state: string
  readonly step?: string | undefined
  readonly progress?: string | undefined
  readonly startedAtMs?: number | undefined
  readonly finishedAtMs?: number | undefined
  readonly error?: string | undefined
  readonly traceId?: string | undefined
}

export interface StatusAge {
  /** `metrics`, `rules`, `alertmanager`, `engine`, `master`. */
  readonly source: string
  readonly ageMs?: number | undefined
  readonly stale: boolean
}

export interface StatusLink {
  readonly title: string
  readonly href: string
}

/** What the master contributes; the program adds pushes, alerts, ages of others, and links. */
export type MasterStatus = Pick<StatusReport, 'health' | 'reasons' | 'pools' | 'jobs'> & {
  readonly nodes: readonly Omit<StatusNode, 'lastPushAtMs' | 'ageMs' | 'stale'>[]
  readonly ages: readonly StatusAge[]
}
