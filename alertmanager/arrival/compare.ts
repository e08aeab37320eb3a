/** Stage `compare`: merges with what is known in memory, and drops what says nothing new. */
import type { Stage } from '#lib/pipeline'
import { type Alert, type Arrival, isResolved } from '../alert.ts'
import type { Roster } from './roster.ts'

export interface CompareWorld {
  readonly roster: Roster
  /** What other instances have written up to now becomes known; of one alone there is nothing. */
  readonly refresh: () => Promise<void>
  /** Is told of an alert that did not fire before. */
  readonly onBegan: (alert: Alert) => void
}

export function compare({ roster, refresh, onBegan }: CompareWorld): Stage<Arrival> {
  return {
    name: 'compare',
    async run(batch) {
      await refresh()
      return batch.filter(({ alert, receivedAtMs }) => {
        if (alert === undefined) return false
        const before = roster.get(alert.fingerprint)
        const now = roster.take(alert)
        if (now === undefined) return false
        const fired = before !== undefined && !isResolved(before, receivedAtMs)
        if (!fired && !isResolved(now, receivedAtMs)) onBegan(now)
        return true
      })
    },
  }
}
