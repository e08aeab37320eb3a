/**
 * For tests: a clock that stands still while programs run, however slow the machine is, and says
 * who is waited for. Time passes only when the test lets it.
 */
import { createManualClock, type ManualClock } from '#lib/clock'

export interface WatchedClock extends ManualClock {
  /** How many timers of that length are set: as many things have not answered yet. */
  waiting(delayMs: number): number
}

export function createWatchedClock(): WatchedClock {
  const clock = createManualClock()
  const lengths = new Map<number, number>()
  const count = (delayMs: number, by: number) =>
    lengths.set(delayMs, (lengths.get(delayMs) ?? 0) + by)
  return {
    ...clock,
    waiting: (delayMs) => lengths.get(delayMs) ?? 0,
    after(delayMs, run) {
      let isSet = true
      const end = () => {
        if (isSet) count(delayMs, -1)
        isSet = false
      }
      count(delayMs, 1)
      const timer = clock.after(delayMs, () => {
        end()
        run()
      })
      return {
        cancel() {
          end()
          timer.cancel()
        },
      }
    },
  }
}
