/** The rows of this part, in the PostgreSQL schema `alertmanager`. */
import type { Generated, Kysely, Transaction } from 'kysely'
import type { Notification } from '#api/alert'
import type { Labels } from '#lib/labels'
import type { EndReason } from '../acks/acks.ts'
import type { Alert } from '../alert.ts'

export const schema = 'alertmanager'

export interface Tables {
  acks: AckRow
  alerts: AlertRow
  groups: GroupRow
  members: { group_id: string; fingerprint: string; held_by: string | null }
  history: HistoryRow
  past_alerts: PastAlertRow
  notification_log: LogRow
  notifications: NotificationRow
  paths: PathRow
  silences: SilenceRow
  applied_routing: { only_row: Generated<boolean>; hash: string }
}

export type AlertDb = Kysely<Tables>
export type Tx = Transaction<Tables>

export interface AlertRow {
  readonly fingerprint: string
  readonly labels: Labels
  readonly annotations: Labels
  readonly generator_url: string
  readonly starts_at: Date
  readonly ends_at: Date
  readonly end_is_guess: boolean
  readonly updated_at: Date
  readonly revision: number
  /** When it fired, resolved, fired again …; the last ones. */
  readonly changed_at: readonly Date[]
}

export interface GroupRow {
  readonly id: string
  readonly group_key: string
  readonly route_id: string
  readonly receiver: string
  readonly labels: Labels
  readonly epoch: number
  readonly next_flush_at: Date
  readonly flushed_at: Date | null
}

export interface HistoryRow {
  readonly id: number
  readonly at: Date
  readonly kind: string
  readonly fingerprint: string | null
  readonly group_id: string | null
  readonly receiver: string | null
  readonly integration: string | null
  readonly notification: string | null
  readonly fingerprints: readonly string[] | null
  readonly details: Readonly<Record<string, unknown>> | null
}

/** An alert that is gone, as it last was. */
export type PastAlertRow = Pick<
  AlertRow,
  'fingerprint' | 'labels' | 'annotations' | 'generator_url' | 'starts_at' | 'ends_at'
>

/** One integration of one receiver, for one group: what is told in order. */
export interface Slot {
  readonly group_id: string
  readonly integration: string
  readonly integration_index: number
}

export interface LogRow extends Slot {
  readonly group_key: string
  readonly receiver: string
  readonly epoch: number
  readonly sent_at: Date
  readonly firing: readonly string[]
  readonly resolved: readonly string[]
  readonly held: readonly string[]
  readonly expires_at: Date
  /** What the last delivery left for the next; absent when written: it stays as it is. */
  readonly memory?: Readonly<Record<string, string>> | undefined
}

export type NotificationState = 'due' | 'delivered' | 'superseded' | 'withdrawn' | 'dropped'

export interface NotificationRow extends Omit<LogRow, 'sent_at' | 'memory'> {
  readonly id: string
  readonly reason: string
  readonly payload: Notification
  readonly untold: readonly string[]
  readonly state: NotificationState
  readonly attempts: number
  readonly next_attempt_at: Date
  readonly leased_until: Date | null
  readonly fence: number
  readonly last_error: string | null
  readonly created_at: Date
  readonly finished_at: Date | null
}

export interface SilenceRow {
  readonly id: string
  readonly matchers: readonly StoredMatcher[]
  readonly starts_at: Date
  readonly ends_at: Date
  readonly updated_at: Date
  readonly created_by: string
  readonly comment: string
  readonly annotations: Labels
  readonly version: number
}

export interface AckRow {
  readonly id: string
  readonly fingerprint: string
  readonly labels: Labels
  readonly created_at: Date
  readonly created_by: string
  readonly comment: string
  readonly expires_at: Date
  readonly ended_at: Date | null
  readonly ended_because: EndReason | null
  readonly version: number
}

/** How an integration of a receiver does. */
export interface PathRow {
  readonly receiver: string
  readonly integration: string
  readonly integration_index: number
  readonly kind: 'notification' | 'heartbeat'
  readonly delivered_at: Date | null
  readonly failing_since: Date | null
  readonly refusals: number
  readonly last_error: string | null
  readonly beat_at: Date | null
}

export interface StoredMatcher {
  readonly name: string
  readonly value: string
  readonly isRegex: boolean
  readonly isEqual: boolean
}

export function alertOf(row: Omit<AlertRow, 'revision' | 'changed_at'>): Alert {
  return {
    fingerprint: row.fingerprint,
    labels: row.labels,
    annotations: row.annotations,
    generatorUrl: row.generator_url,
    startsAtMs: row.starts_at.getTime(),
    endsAtMs: row.ends_at.getTime(),
    updatedAtMs: row.updated_at.getTime(),
    endIsGuess: row.end_is_guess,
  }
}

/** As `jsonb_to_recordset` reads it. */
export function rowOf(alert: Alert) {
  return {
    fingerprint: alert.fingerprint,
    labels: alert.labels,
    annotations: alert.annotations,
    generator_url: alert.generatorUrl,
    starts_at: new Date(alert.startsAtMs),
    ends_at: new Date(alert.endsAtMs),
    end_is_guess: alert.endIsGuess,
    updated_at: new Date(alert.updatedAtMs),
  }
}
