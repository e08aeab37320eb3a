/** Whether a receiver has to be told something: a pure function of what it was told and what is. */

/** What a receiver was last told about a group. Alerts are named by fingerprint. */
export interface Told {
  readonly firing: ReadonlySet<string>
  readonly resolved: ReadonlySet<string>
  readonly atMs: number
}

export interface Question {
  /** Absent: it was never told anything. */
  readonly told: Told | undefined
  readonly firing: ReadonlySet<string>
  readonly resolved: ReadonlySet<string>
  readonly sendResolved: boolean
  readonly repeatIntervalMs: number
  readonly nowMs: number
}

export type Reason = 'first' | 'new alerts' | 'all resolved' | 'new resolved' | 'repeat'

/** Those that only we know besides. */
export type TellReason = Reason | 'owed' | 'worsened' | 'flapping' | 'flapping ended'

/** The reason to notify, or undefined where there is none. */
export function decide(question: Question): Reason | undefined {
  const { told, firing, resolved, sendResolved, repeatIntervalMs, nowMs } = question
  if (told === undefined) return firing.size > 0 ? 'first' : undefined
  if (!firing.isSubsetOf(told.firing)) return 'new alerts'
  // Also where resolved ones are not sent: the log has to forget what fires no more.
  if (firing.size === 0) return told.firing.size > 0 ? 'all resolved' : undefined
  if (sendResolved && !resolved.isSubsetOf(told.resolved)) return 'new resolved'
  return told.atMs < nowMs - repeatIntervalMs ? 'repeat' : undefined
}
