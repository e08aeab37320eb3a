/** What history is told of a silence. One that runs out by itself is told of by its end here. */
import { formatMatchers } from '../config/matchers.ts'
import type { Silence } from '../silences/silences.ts'
import type { EventKind, HistoryEvent } from './event.ts'

type SilenceKind = Extract<EventKind, `silence-${string}`>

export function silenceEvent(
  kind: SilenceKind,
  silence: Silence,
  more: HistoryEvent['details'] = {},
): HistoryEvent {
  const { id, matchers, startsAtMs, endsAtMs, updatedAtMs, createdBy, comment } = silence
  return {
    kind,
    atMs: updatedAtMs,
    details: {
      silence: id,
      matchers: formatMatchers(matchers),
      startsAt: new Date(startsAtMs).toISOString(),
      endsAt: new Date(endsAtMs).toISOString(),
      createdBy,
      comment,
      ...more,
    },
  }
}
