/** Stage `note`, at arrival: tells history which alerts fired, resolved or say something else. */
import type { Stage } from '#lib/pipeline'
import type { Intaken } from '../arrival/intaken.ts'
import type { Ledger } from './ledger.ts'
import { transitionOf } from './transition.ts'

export function noteArrivals({ ledger }: { readonly ledger: Ledger }): Stage<Intaken> {
  return {
    name: 'note',
    async run(batch) {
      for (const { before, alert } of batch) {
        const event = transitionOf(before, alert)
        if (event !== undefined) ledger.add(event)
      }
      return batch
    },
  }
}
