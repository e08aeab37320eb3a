/** Hands wake-ups to a queue after the commit. One that gets lost is added again by a loop. */
import { messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import type { Queue, WakeUp } from '#lib/queue/queue'

export function wakeAll(queue: Queue, wakeUps: readonly WakeUp[], log: Log): void {
  for (const wakeUp of wakeUps)
    queue
      .wake(wakeUp)
      .catch((error) =>
        log.warn(
          { queue: queue.name, rowId: wakeUp.rowId, error: messageOf(error) },
          'Cannot queue a wake-up; the loop adds it again',
        ),
      )
}
