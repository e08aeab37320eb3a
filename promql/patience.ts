/** A query that takes too long ends, wherever it is: while it runs, nothing else does. */
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { formatDuration } from '#lib/duration'

export interface Patience {
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly timeoutMs: number
}

/** So much work takes some tenths of a millisecond. */
const workUnseen = 1000

/** Is told of all work; throws PROMQL_TIMED_OUT when time is up. */
export type Deadline = (work: number) => void

export function createDeadline({ clock, timeoutMs }: Patience): Deadline {
  const endMs = clock.monotonicMs() + timeoutMs
  let unseen = workUnseen
  return (work) => {
    unseen += work
    if (unseen < workUnseen) return
    unseen = 0
    if (clock.monotonicMs() < endMs) return
    throw fault('PROMQL_TIMED_OUT', { timeout: formatDuration(timeoutMs) })
  }
}
