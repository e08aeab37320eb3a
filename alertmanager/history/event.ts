/** What the history tells of: each is one row, written in the transaction of what it tells of. */

export const eventKinds = [
  /** An alert began to fire, or fires again. */
  'fired',
  'resolved',
  /** An alert that fires says something else. */
  'changed',
  /** From now on something holds back what is told of an alert, in one of its groups. */
  'held',
  'released',
  /** A notification is to be made. */
  'planned',
  /** An attempt to make it. */
  'failed',
  'delivered',
  /** A newer notification took its place. */
  'superseded',
  /** There was nothing to say any more. */
  'withdrawn',
  /** Its receiver or its route is gone. */
  'dropped',
  'acknowledged',
  /** By what somebody did, or what the alert did. */
  'acknowledgement-ended',
  'silence-created',
  'silence-changed',
  'silence-expired',
] as const

export type EventKind = (typeof eventKinds)[number]

export interface HistoryEvent {
  readonly kind: EventKind
  readonly atMs: number
  /** Of the alert. */
  readonly fingerprint?: string
  readonly groupId?: string
  readonly receiver?: string
  /** `webhook[0]`. */
  readonly integration?: string
  /** Its idempotency key. */
  readonly notification?: string
  /** Of all alerts that a notification speaks of. */
  readonly fingerprints?: readonly string[]
  /** Holds no secret: outcomes and annotations are for people. */
  readonly details?: Readonly<Record<string, unknown>>
}

export const integrationName = (slot: {
  readonly integration: string
  readonly integration_index: number
}) => `${slot.integration}[${slot.integration_index}]`
