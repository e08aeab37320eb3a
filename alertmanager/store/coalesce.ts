/**
 * Group commit: while one batch is worked on, what arrives gathers into the next. One at a time and
 * in order of arrival, so that one transaction serves many callers.
 */
import { fault } from '#api/errors'
import { assert } from '#lib/assert'

export interface Coalescer<In, Out> {
  /** Resolves with what `run` gave for this item. */
  submit(item: In): Promise<Out>
  /** Runs `alone` between two batches. */
  between<T>(alone: () => Promise<T>): Promise<T>
  /** Resolves when nothing waits or runs. */
  idle(): Promise<void>
  readonly waiting: number
}

export interface CoalesceOptions<In, Out> {
  /** For the refusal when too many wait. */
  readonly name: string
  /** How much an item counts towards the limits; default 1. */
  readonly sizeOf?: (item: In) => number
  readonly batchSizeMax: number
  readonly waitingMax: number
  /** Whether an error is the doing of an item: the others of its batch then get another try. */
  readonly isItemsFault?: (error: unknown) => boolean
  /** Lets more items arrive before a batch is taken. */
  readonly gather?: () => Promise<void>
  /** Gives one result per item, in order. */
  readonly run: (batch: readonly In[]) => Promise<readonly Out[]>
}

interface Entry<In, Out> {
  readonly item: In
  readonly size: number
  readonly resolve: (out: Out) => void
  readonly reject: (error: unknown) => void
}

export function createCoalescer<In, Out>(options: CoalesceOptions<In, Out>): Coalescer<In, Out> {
  const { name, batchSizeMax, waitingMax, sizeOf = () => 1 } = options
  let waiting: Entry<In, Out>[] = []
  let waitingSize = 0
  let turn: Promise<unknown> = Promise.resolve()
  let scheduled = false

  const take = () => {
    let size = 0
    let count = 0
    for (const entry of waiting) {
      if (count > 0 && size + entry.size > batchSizeMax) break
      size += entry.size
      count++
    }
    const batch = waiting.slice(0, count)
    waiting = waiting.slice(count)
    waitingSize -= size
    return batch
  }
  const next = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => {})
    return mine
  }
  const schedule = () => {
    if (scheduled) return
    scheduled = true
    void next(async () => {
      await options.gather?.()
      scheduled = false
      await settle(take(), options)
      if (waiting.length > 0) schedule()
    })
  }
  return {
    submit(item) {
      const size = sizeOf(item)
      if (waitingSize > 0 && waitingSize + size > waitingMax)
        return Promise.reject(fault('ALERT_QUEUE_FULL', { name, waitingMax }))
      waitingSize += size
      return new Promise((resolve, reject) => {
        waiting.push({ item, size, resolve, reject })
        schedule()
      })
    },
    between: next,
    async idle() {
      while (waiting.length > 0 || scheduled) await turn
      await turn
    },
    get waiting() {
      return waitingSize
    },
  }
}

/** One bad item fails nobody but itself: its batch is then tried item by item. */
async function settle<In, Out>(
  batch: readonly Entry<In, Out>[],
  options: CoalesceOptions<In, Out>,
): Promise<void> {
  try {
    const results = await options.run(batch.map(({ item }) => item))
    assert(results.length === batch.length, 'a batch gives one result per item')
    batch.forEach(({ resolve }, i) => {
      resolve(results[i] as Out) // As many results as items.
    })
  } catch (error) {
    if (batch.length > 1 && options.isItemsFault?.(error) === true)
      for (const entry of batch) await settle([entry], options)
    else for (const { reject } of batch) reject(error)
  }
}
