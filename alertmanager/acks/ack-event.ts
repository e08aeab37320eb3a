/** What history is told of an acknowledgement. One that expires is told of by its end here. */
import type { EventKind, HistoryEvent } from '../history/event.ts'
import type { Ack } from './acks.ts'

type AckKind = Extract<EventKind, `acknowledge${string}`>

export function ackEvent(kind: AckKind, ack: Ack, atMs: number): HistoryEvent {
  const { id, fingerprint, createdBy, comment, expiresAtMs, ended } = ack
  return {
    kind,
    atMs,
    fingerprint,
    details: {
      ack: id,
      createdBy,
      comment,
      expiresAt: new Date(expiresAtMs).toISOString(),
      ...(ended !== undefined && { because: ended.because }),
    },
  }
}
