/** Counts and durations of what clients asked for; and what waits, which is bounded. */
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { ZstoneError } from '#lib/errors'
import type { Operation, OperationCount, OperationDurations } from '../../engine.ts'

const boundsSeconds = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

export interface Operations {
  /** Counts, times and, where it carries bytes, admits one operation. */
  measure<T>(asked: Asked, run: () => Promise<T>): Promise<T>
  /** Operations under way. */
  readonly underWay: number
  counts(): readonly OperationCount[]
  durations(): readonly OperationDurations[]
}

export interface Asked {
  readonly operation: Operation
  readonly pool: string
  readonly key: string
  readonly bytes: number
}

export function createOperations(clock: Clock, waitingBytesMax: number): Operations {
  const counts = new Map<
    string,
    { pool: string; operation: Operation; ok: number; error: number }
  >()
  const durations = new Map<Operation, { buckets: number[]; count: number; sum: number }>()
  let underWay = 0
  let waitingBytes = 0

  const note = ({ operation, pool }: Asked, startedMs: number, result: 'ok' | 'error') => {
    const id = `${operation} ${pool}`
    const count = counts.get(id) ?? { pool, operation, ok: 0, error: 0 }
    counts.set(id, count)
    count[result]++
    const seconds = (clock.monotonicMs() - startedMs) / 1000
    const spent = durations.get(operation) ?? {
      buckets: boundsSeconds.map(() => 0),
      count: 0,
      sum: 0,
    }
    durations.set(operation, spent)
    const bucket = boundsSeconds.findIndex((bound) => seconds <= bound)
    if (bucket >= 0) spent.buckets[bucket] = (spent.buckets[bucket] ?? 0) + 1
    spent.count++
    spent.sum += seconds
  }

  return {
    get underWay() {
      return underWay
    },
    async measure(asked, run) {
      const startedMs = clock.monotonicMs()
      if (waitingBytes > 0 && waitingBytes + asked.bytes > waitingBytesMax) {
        note(asked, startedMs, 'error')
        const { operation, key, pool } = asked
        throw fault('ENGINE_BUSY', { operation, key, pool, waitingBytes })
      }
      underWay++
      waitingBytes += asked.bytes
      try {
        const value = await run()
        note(asked, startedMs, 'ok')
        return value
      } catch (error) {
        // What the caller did wrong is no error of the engine.
        const isOurs = !(error instanceof ZstoneError) || error.status >= 500
        note(asked, startedMs, isOurs ? 'error' : 'ok')
        throw error
      } finally {
        underWay--
        waitingBytes -= asked.bytes
      }
    },
    counts: () =>
      [...counts.values()].flatMap(({ pool, operation, ok, error }) => [
        { pool, operation, result: 'ok' as const, count: ok },
        { pool, operation, result: 'error' as const, count: error },
      ]),
    durations: () =>
      [...durations].map(([operation, { buckets, count, sum }]) => {
        let below = 0
        const cumulative = boundsSeconds.map((bound, i) => {
          below += buckets[i] ?? 0
          return [bound, below] as const
        })
        return { operation, buckets: cumulative, count, sumSeconds: sum }
      }),
  }
}
