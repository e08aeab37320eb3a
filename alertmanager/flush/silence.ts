/** Stage `silence`: marks alerts that an active silence holds back. */
import type { Stage } from '#lib/pipeline'
import type { SilenceIndex } from '../silences/silences.ts'
import type { Flush } from './flush.ts'

export interface SilenceWorld {
  /** Brought up to date with the store before the list runs. */
  readonly silences: SilenceIndex
  readonly nowMs: number
}

export function silence({ silences, nowMs }: SilenceWorld): Stage<Flush> {
  return {
    name: 'silence',
    async run(batch) {
      return batch.map((flush) => ({
        ...flush,
        alerts: flush.alerts.map((entry) => {
          if (entry.heldBy !== undefined) return entry
          const holders = silences.matching(entry.alert.labels, nowMs)
          return holders.length === 0 ? entry : { ...entry, heldBy: 'silence' as const, holders }
        }),
      }))
    },
  }
}
