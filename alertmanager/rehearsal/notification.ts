/** What a receiver is told in a rehearsal. */
import type { Labels } from '#lib/labels'
import type { TellReason } from '../flush/decision.ts'

export interface RehearsedNotification {
  readonly atMs: number
  readonly receiver: string
  /** `email[0]`. */
  readonly integration: string
  readonly groupKey: string
  readonly groupLabels: Labels
  readonly reason: TellReason
  readonly firing: readonly Labels[]
  readonly resolved: readonly Labels[]
}
