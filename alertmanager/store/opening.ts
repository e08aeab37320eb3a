/** Opens the store, again and again while it is away; who starts waits a while and no longer. */
import { sleep } from '#lib/clock'
import { messageOf } from '#lib/errors'
import type { World } from '../world.ts'
import { isPassing } from './transaction.ts'

export interface Opening {
  /** Resolves when it is open, or when it has been away for some seconds; rejects for good. */
  start(): Promise<void>
  close(): Promise<void>
}

const limits = { patienceMs: 5000, pauseMs: 1000 }

export function createOpening(
  open: () => Promise<void>,
  { clock, log }: Pick<World, 'clock' | 'log'>,
): Opening {
  const stop = new AbortController()
  let opening: Promise<void> = Promise.resolve()
  const untilOpen = async () => {
    for (;;) {
      try {
        return await open()
      } catch (error) {
        if (stop.signal.aborted || !isPassing(error)) throw error
        log.error({ error: messageOf(error) }, 'Cannot open the store; trying again')
        await sleep(clock, limits.pauseMs, stop.signal)
      }
    }
  }
  return {
    async start() {
      opening = untilOpen()
      await Promise.race([opening, sleep(clock, limits.patienceMs, stop.signal)])
    },
    async close() {
      stop.abort()
      await opening.catch(() => {})
    },
  }
}
