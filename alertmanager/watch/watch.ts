/** Stage `watch`: notes which paths delivered and which failed, with the outcome. */
import type { Stage } from '#lib/pipeline'
import type { Delivery } from '../delivery/delivery.ts'
import type { Tx } from '../store/tables.ts'
import { noteTried, triedOf } from './path-store.ts'

export interface WatchWorld {
  readonly tx: Tx
  readonly nowMs: number
}

export function watch({ tx, nowMs }: WatchWorld): Stage<Delivery> {
  return {
    name: 'watch',
    async run(batch) {
      await noteTried(tx, batch.flatMap(triedOf), nowMs)
      return batch
    },
  }
}
