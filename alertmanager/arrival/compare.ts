/** Stage `compare`: merges with what is known in memory, and drops what says nothing new. */
import type { Stage } from '#lib/pipeline'
import type { Arrival } from '../alert.ts'
import type { Roster } from './roster.ts'

export function compare({ roster }: { readonly roster: Roster }): Stage<Arrival> {
  return {
    name: 'compare',
    async run(batch) {
      return batch.filter(({ alert }) => alert !== undefined && roster.take(alert) !== undefined)
    },
  }
}
