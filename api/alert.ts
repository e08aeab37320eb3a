/** Alerts and notifications as Alertmanager's API v2 and its webhook (version "4") shape them. */
import type { Labels } from '#lib/labels'

/** One entry of `POST /api/v2/alerts`. Times are RFC 3339. */
export interface PostableAlert {
  readonly labels: Labels
  readonly annotations?: Labels
  readonly startsAt?: string
  readonly endsAt?: string
  readonly generatorURL?: string
}

/**
 * The annotation that carries the trace: a W3C `traceparent` of the evaluation that first found the
 * alert true, itself a child of the push that brought the sample. It stays the same while the alert
 * lives, and goes on to notifications and to the jobs that they start.
 */
export const traceAnnotation = 'traceparent'

export interface NotifiedAlert {
  readonly status: 'firing' | 'resolved'
  readonly labels: Labels
  readonly annotations: Labels
  readonly startsAt: string
  /** `0001-01-01T00:00:00Z` while firing. */
  readonly endsAt: string
  readonly generatorURL: string
  readonly fingerprint: string
  /** It fires and resolves all the time, and that is told instead. Ours; absent: it does not. */
  readonly flapping?: true
}

/** The body that a webhook receiver gets. */
export interface Notification {
  readonly version: '4'
  readonly groupKey: string
  readonly truncatedAlerts: number
  readonly status: 'firing' | 'resolved'
  readonly receiver: string
  readonly groupLabels: Labels
  readonly commonLabels: Labels
  readonly commonAnnotations: Labels
  readonly externalURL: string
  readonly alerts: readonly NotifiedAlert[]
  /** Why it is sent, in words. */
  readonly notification_reason?: string
  /** What the route says of itself; absent where it says nothing. */
  readonly routeLabels?: Labels
  /** The same for every attempt at this notification, so that a receiver can drop repeats. Ours. */
  readonly idempotencyKey: string
  /** Nobody can say whether this was told before. Ours; absent: it was not. */
  readonly possibleRepeat?: true
}

/** The header that repeats `idempotencyKey` on every delivery over HTTP. */
export const idempotencyHeader = 'Idempotency-Key'

/** `true` where nobody can say whether this was told before; on mails as well. */
export const possibleRepeatHeader = 'X-ZStone-Possible-Repeat'
