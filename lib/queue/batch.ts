/**
 * Concurrent adds travel together: one batch is on its way, the next gathers meanwhile. A lone add
 * leaves at once; many callers share one round trip, which the PostgreSQL store repays sevenfold.
 */
import { faultsOf } from '../errors.ts'

const batchFault = faultsOf({
  QUEUE_FULL: {
    status: 429,
    retry: true,
    message: 'Cannot add to queue "{queue}": {waiting} adds wait for the store already',
  },
})

export interface Batches<T> {
  /** Resolves when the batch that holds `item` has been sent; rejects as that batch does. */
  add(item: T): Promise<void>
  /** Resolves when nothing is on its way any more. */
  settled(): Promise<void>
}

export interface BatchesOptions<T> {
  readonly queue: string
  readonly send: (items: readonly T[]) => Promise<void>
  readonly batchMax: number
  /** How many may gather; the next one is refused. */
  readonly waitingMax: number
}

interface Waiting<T> {
  readonly item: T
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export function createBatches<T>(options: BatchesOptions<T>): Batches<T> {
  const { queue, send, batchMax, waitingMax } = options
  let gathered: Waiting<T>[] = []
  let sending: Promise<void> | undefined

  const sendAll = async () => {
    while (gathered.length > 0) {
      const batch = gathered.slice(0, batchMax)
      gathered = gathered.slice(batchMax)
      try {
        await send(batch.map(({ item }) => item))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    sending = undefined
  }
  return {
    add(item) {
      if (gathered.length >= waitingMax)
        return Promise.reject(batchFault('QUEUE_FULL', { queue, waiting: gathered.length }))
      return new Promise((resolve, reject) => {
        gathered.push({ item, resolve, reject })
        // A microtask later, so that adds of the same tick are one batch from the start.
        sending ??= Promise.resolve().then(sendAll)
      })
    },
    settled: async () => sending,
  }
}
