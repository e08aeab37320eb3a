/** What history has to be told once the store is back. The oldest goes where there is too much. */
import type { HistoryEvent } from './event.ts'
import type { Ledger } from './ledger.ts'

export interface HistoryBacklog extends Ledger {
  readonly events: readonly HistoryEvent[]
  clear(): void
}

const limits = { events: 50_000 }

export function createHistoryBacklog(): HistoryBacklog {
  let events: HistoryEvent[] = []
  return {
    get events() {
      return events
    },
    add(event) {
      events.push({ ...event, details: { ...event.details, fromMemory: true } })
      // A quarter at a time: to shift all for each one would be dear.
      if (events.length > limits.events) events = events.slice(limits.events / 4)
    },
    clear() {
      events = []
    },
  }
}
