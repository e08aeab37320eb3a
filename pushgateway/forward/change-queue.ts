/**
 * Changes that wait for a receiver, oldest first, bounded by their samples. Where the receiver is
 * too slow the oldest are dropped: a push must not wait for it, and what is newest says what is.
 */
import { type Change, joined, sizeOf } from './change.ts'

export interface ChangeQueue {
  readonly sampleCount: number
  add(change: Change): void
  take(): Change | undefined
}

export interface ChangeQueueOptions {
  readonly samplesMax: number
  readonly dropped: (sampleCount: number) => void
}

interface Waiting {
  change: Change
  size: number
  isTaken: boolean
}

/** Taken entries are cut off in bulk: cutting one off an array moves all others. */
const takenMax = 1024

export function createChangeQueue({ samplesMax, dropped }: ChangeQueueOptions): ChangeQueue {
  let waiting: (Waiting | undefined)[] = []
  let first = 0
  let sampleCount = 0
  let lastMs = 0
  /** The newest change of each group that has one in the last millisecond. */
  const inLastMs = new Map<string, Waiting>()

  const take = (): Waiting | undefined => {
    const entry = waiting[first]
    if (entry === undefined) return undefined
    waiting[first++] = undefined
    entry.isTaken = true
    sampleCount -= entry.size
    if (first > takenMax && 2 * first > waiting.length) {
      waiting = waiting.slice(first)
      first = 0
    }
    return entry
  }
  const append = (change: Change, atMs: number) => {
    if (atMs > lastMs) inLastMs.clear()
    lastMs = atMs
    const timed = { ...change, atMs }
    const entry = { change: timed, size: sizeOf(timed), isTaken: false }
    waiting.push(entry)
    inLastMs.set(change.group, entry)
    sampleCount += entry.size
  }
  /** What came between is not sent: a series has one value a millisecond. */
  const supersede = (entry: Waiting, change: Change) => {
    sampleCount -= entry.size
    entry.change = joined(entry.change, change)
    entry.size = sizeOf(entry.change)
    sampleCount += entry.size
  }
  return {
    get sampleCount() {
      return sampleCount
    },
    add(change) {
      // A receiver refuses what goes back in time, which the clock may do.
      const atMs = Math.max(change.atMs, lastMs)
      const rival = atMs > lastMs ? undefined : inLastMs.get(change.group)
      if (rival === undefined) append(change, atMs)
      else if (rival.isTaken) append(change, lastMs + 1)
      else supersede(rival, change)
      while (sampleCount > samplesMax) dropped(take()?.size ?? 0)
    },
    take: () => take()?.change,
  }
}
