/** Hands wake-ups to a queue after the commit. One that gets lost is added again by a loop. */
import { messageOf, ZstoneError } from '#lib/errors'
import type { Log } from '#lib/log'
import type { Queue, WakeUp } from '#lib/queue/queue'

export function wakeAll(queue: Queue, wakeUps: readonly WakeUp[], log: Log): void {
  for (const wakeUp of wakeUps)
    queue.wake(wakeUp).catch((error) => {
      const about = { queue: queue.name, rowId: wakeUp.rowId, error: messageOf(error) }
      // While all is being closed that is no news: the next start adds what is due.
      const level = error instanceof ZstoneError && error.code === 'QUEUE_CLOSED' ? 'debug' : 'warn'
      log[level](about, 'Cannot queue a wake-up; the loop adds it again')
    })
}
