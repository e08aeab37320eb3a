/** What history has to be told once the store is back. The oldest goes where there is too much. */
import type { HistoryEvent } from './event.ts'
import type { Ledger } from './ledger.ts'

export interface HistoryBacklog extends Ledger {
  readonly events: readonly HistoryEvent[]
  /** Forgets what was read last; what was added since stays. */
  clear(): void
}

const limits = { events: 50_000 }

export function createHistoryBacklog(most = limits.events): HistoryBacklog {
  let events: HistoryEvent[] = []
  let read: ReadonlySet<HistoryEvent> = new Set()
  return {
    get events() {
      read = new Set(events)
      return [...events]
    },
    add(event) {
      const noted = { ...event, details: { ...event.details, fromMemory: true } }
      // A quarter at a time: to shift all for each one would be dear.
      if (events.length >= most) events = events.slice(Math.ceil(most / 4))
      events.push(noted)
    },
    clear() {
      events = events.filter((event) => !read.has(event))
      read = new Set()
    },
  }
}
