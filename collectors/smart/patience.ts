/**
 * Waits for a device only so long; it may go on alone, and what it says in the end is served with
 * the next reading. So one that takes its time delays no other, and is not called lost for it.
 */
import { type Clock, sleep } from '#lib/clock'
import { formatDuration } from '#lib/duration'

export interface PatienceOptions<D, R> {
  readonly clock: Clock
  /** So long a reading waits for each device. */
  readonly lateMs: number
  /** What a device said before is served in place of an answer that is late, up to this age. */
  readonly ageMsMax: number
  readonly keyOf: (device: D) => string
  /** Bounds its own time. */
  readonly read: (device: D) => Promise<R>
  /** The error of a device that is late and has nothing fresh to show. */
  readonly late: (device: D, reason: string) => Error
}

export type Patience<D, R> = (device: D) => Promise<R>

interface Outcome<R> {
  readonly give: () => R
  readonly endedMs: number
}

interface Entry<R> {
  pending?: Promise<void> | undefined
  last?: Outcome<R>
}

const entriesMax = 4096

export function createPatience<D, R>(options: PatienceOptions<D, R>): Patience<D, R> {
  const { clock, lateMs, ageMsMax, keyOf, read, late } = options
  const entries = new Map<string, Entry<R>>()

  const start = (device: D, entry: Entry<R>): Promise<void> => {
    const keep = (give: () => R) => {
      entry.last = { give, endedMs: clock.monotonicMs() }
      entry.pending = undefined
    }
    const lose = (error: unknown) =>
      keep(() => {
        throw error
      })
    return read(device).then((value) => keep(() => value), lose)
  }
  return async (device) => {
    const key = keyOf(device)
    if (entries.size >= entriesMax) entries.clear()
    const entry = entries.get(key) ?? {}
    entries.set(key, entry)
    entry.pending ??= start(device, entry)
    const inTime = new AbortController()
    await Promise.race([entry.pending, sleep(clock, lateMs, inTime.signal)])
    inTime.abort()
    const { last, pending } = entry
    const isFresh = last !== undefined && clock.monotonicMs() - last.endedMs <= ageMsMax
    if (last !== undefined && (pending === undefined || isFresh)) return last.give()
    throw late(
      device,
      `it has not answered within ${formatDuration(lateMs)} and is still waited for`,
    )
  }
}
