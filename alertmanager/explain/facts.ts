/** All that an explanation is made of, as it was at one moment. */
import type { Alert } from '../alert.ts'
import type { GroupName, Route } from '../arrival/routing.ts'
import type { InhibitRule } from '../flush/inhibition.ts'
import type { EventKind } from '../history/event.ts'
import type { Silence } from '../silences/silences.ts'

export interface Facts {
  readonly nowMs: number
  readonly alert: Alert
  /** It was dropped a while after it had ended; what it was told of is remembered. */
  readonly isGone: boolean
  readonly root: Route
  readonly inhibitions: readonly InhibitionFact[]
  /** Those that match now. */
  readonly silences: readonly Silence[]
  readonly ack?: AckFact
  /** One for each route that the alert takes. */
  readonly groups: readonly GroupFact[]
  /** What happened to the alert and what was told of it; the newest is first. */
  readonly events: readonly EventFact[]
}

export interface InhibitionFact {
  /** The how manieth of the file, from 1. */
  readonly number: number
  readonly rule: InhibitRule
  readonly source: Pick<Alert, 'fingerprint' | 'labels'>
}

export interface AckFact {
  readonly id: string
  readonly createdBy: string
  readonly comment: string
  readonly expiresAtMs: number
}

export interface GroupFact {
  readonly route: Route
  readonly name: GroupName
  /** Absent: the group has ended, or has not begun yet. */
  readonly state?: {
    readonly firing: number
    readonly resolved: number
    /** Absent: it waits for its first flush. */
    readonly lastFlushAtMs?: number | undefined
    readonly nextFlushAtMs: number
  }
  /** What would hold the alert back, were the group flushed now. */
  readonly heldBy?: string | undefined
  /** When the route speaks again, where an interval keeps it quiet; absent: not within days. */
  readonly quietUntilMs?: number | undefined
  /** Names of the intervals that do. */
  readonly quietTimes: readonly string[]
  readonly slots: readonly SlotFact[]
}

/** One integration of the receiver. */
export interface SlotFact {
  readonly name: string
  readonly index: number
  readonly sendResolved: boolean
  /** What it was last told of the group, by fingerprint. */
  readonly told?: {
    readonly atMs: number
    readonly firing: readonly string[]
    readonly resolved: readonly string[]
    readonly held: readonly string[]
  }
  /** What waits to be told. */
  readonly due?: {
    readonly id: string
    readonly reason: string
    readonly firing: readonly string[]
    readonly resolved: readonly string[]
    readonly attempts: number
    readonly nextAttemptAtMs: number
    readonly isUnderWay: boolean
    readonly lastError: string | null
  }
  /** What a flush would plan now. */
  readonly plan?: { readonly kind: string; readonly reason?: string }
}

export interface EventFact {
  readonly kind: EventKind | (string & {})
  readonly atMs: number
  readonly receiver?: string | undefined
  readonly integration?: string | undefined
  readonly notification?: string | undefined
  readonly details?: Readonly<Record<string, unknown>> | undefined
}
