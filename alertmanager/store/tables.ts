/** The rows of this part, in the PostgreSQL schema `alertmanager`. */
import type { Generated, Kysely, Transaction } from 'kysely'
import type { Notification } from '#api/alert'
import type { Labels } from '#lib/labels'
import type { Alert } from '../alert.ts'

export const schema = 'alertmanager'

export interface Tables {
  alerts: AlertRow
  groups: GroupRow
  members: { group_id: string; fingerprint: string; held_by: string | null }
  history: HistoryRow
  past_alerts: PastAlertRow
  notification_log: LogRow
  notifications: NotificationRow
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

export interface StoredMatcher {
  readonly name: string
  readonly value: string
  readonly isRegex: boolean
  readonly isEqual: boolean
}

export function alertOf(row: Omit<AlertRow, 'revision'>): Alert {
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
