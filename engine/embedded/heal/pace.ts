/**
 * A byte rate for background work. While clients have operations under way each byte costs double,
 * so they get the disks first and the work still ends.
 */
import { type Clock, sleep } from '#lib/clock'

export interface Pace {
  /** Resolves when so many bytes may be moved. */
  take(byteCount: number, signal?: AbortSignal): Promise<void>
}

export interface PaceOptions {
  readonly clock: Clock
  readonly bytesPerSecond: number
  readonly isBusy: () => boolean
}

/** How much may go at once after a pause. */
const burstMs = 100

export function createPace({ clock, bytesPerSecond, isBusy }: PaceOptions): Pace {
  let freeAtMs = Number.NEGATIVE_INFINITY
  return {
    async take(byteCount, signal) {
      const nowMs = clock.monotonicMs()
      const startMs = Math.max(freeAtMs, nowMs - burstMs)
      const costMs = (byteCount / bytesPerSecond) * 1000 * (isBusy() ? 2 : 1)
      freeAtMs = startMs + costMs
      if (freeAtMs > nowMs) await sleep(clock, freeAtMs - nowMs, signal)
    },
  }
}
