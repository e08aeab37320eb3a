/** What history is told of an attempt to make a notification. */
import type { Delivery } from '../delivery/delivery.ts'
import { type Named, notificationEvent } from '../flush/outbox.ts'
import type { Outcome } from '../notifiers/notifier.ts'
import type { NotificationRow } from '../store/tables.ts'
import type { HistoryEvent } from './event.ts'

interface Ended extends Pick<Delivery, 'outcome' | 'tookMs'> {
  /** As it is after the attempt. */
  readonly row: Named & Pick<NotificationRow, 'attempts' | 'next_attempt_at' | 'payload'>
}

export function outcomeEvent({ row, outcome, tookMs }: Ended, nowMs: number): HistoryEvent {
  const event = notificationEvent(row, nowMs)
  if (outcome === undefined) return { ...event, kind: 'dropped' }
  const isRepeat = row.payload.possibleRepeat === true && { possibleRepeat: true }
  const attempt = { attempt: row.attempts, tookMs: Math.round(tookMs ?? 0), ...isRepeat }
  if (outcome.kind === 'delivered')
    return { ...event, kind: 'delivered', details: { ...attempt, ...receiptOf(outcome) } }
  const { passing, reason } = outcome
  const nextAttemptAt = row.next_attempt_at.toISOString()
  return { ...event, kind: 'failed', details: { ...attempt, reason, passing, nextAttemptAt } }
}

/** What the receiver answered with, as far as the notifier says it. */
function receiptOf({ receipt, memory }: Extract<Outcome, { kind: 'delivered' }>) {
  const hasLeft = memory !== undefined && Object.keys(memory).length > 0
  return { ...(receipt !== undefined && { receipt }), ...(hasLeft && { answer: memory }) }
}
