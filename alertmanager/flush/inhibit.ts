/** Stage `inhibit`: marks alerts that a firing source of an inhibition rule holds back. */
import type { Stage } from '#lib/pipeline'
import type { Flush } from './flush.ts'
import type { Inhibition } from './inhibition.ts'

export interface InhibitWorld {
  readonly inhibition: Pick<Inhibition, 'inhibitorsOf'>
  readonly nowMs: number
}

export function inhibit({ inhibition, nowMs }: InhibitWorld): Stage<Flush> {
  return {
    name: 'inhibit',
    async run(batch) {
      return batch.map((flush) => ({
        ...flush,
        alerts: flush.alerts.map((entry) => {
          const holders = inhibition.inhibitorsOf(entry.alert.labels, nowMs)
          return holders.length === 0 ? entry : { ...entry, heldBy: 'inhibition' as const, holders }
        }),
      }))
    },
  }
}
