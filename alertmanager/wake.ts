/**
 * What is due now is done now, here; what is due later waits in the queue, and whichever instance
 * is alive then does it. What gets lost either way is found again by a loop.
 */
import { messageOf, ZstoneError } from '#lib/errors'
import type { Log } from '#lib/log'
import type { Queue, WakeUp } from '#lib/queue/queue'

export type WakeAll = (wakeUps: readonly WakeUp[]) => void

/** `runNow` answers false where it has too much to do: then the queue takes that one as well. */
export function createWakeAll(queue: Queue, runNow: (rowId: string) => boolean, log: Log): WakeAll {
  return (wakeUps) => {
    for (const wakeUp of wakeUps) {
      const isDue = (wakeUp.delayMs ?? 0) <= 0
      if (!(isDue && runNow(wakeUp.rowId))) wake(queue, wakeUp, log)
    }
  }
}

function wake(queue: Queue, wakeUp: WakeUp, log: Log): void {
  queue.wake(wakeUp).catch((error) => {
    const about = { queue: queue.name, rowId: wakeUp.rowId, error: messageOf(error) }
    // While all is being closed that is no news: the next start adds what is due.
    const level = error instanceof ZstoneError && error.code === 'QUEUE_CLOSED' ? 'debug' : 'warn'
    log[level](about, 'Cannot queue a wake-up; the loop finds what is due')
  })
}
