/**
 * When a target is read: at equal distances, so that its samples do not drift apart from one
 * another, and targets one after the other instead of all at once.
 */
import type { Clock, Timer } from '#lib/clock'
import { createFnv1a } from '#lib/fnv1a'

export interface Beat {
  /** When the pass that begins now was due; now, where it is late. */
  dueMs(): number
  stop(): void
}

/**
 * A timer so much late is on time: equal distances take less room, and show no noise. One that
 * rings so early is, too: timers round, and what was due must not come twice.
 */
const offMsMax = 2

export interface BeatOptions {
  readonly clock: Clock
  readonly everyMs: number
  /** The first of all beats; later ones are whole intervals after it. */
  readonly firstMs: number
}

export function startBeat({ clock, everyMs, firstMs }: BeatOptions, wake: () => void): Beat {
  let timer: Timer
  let lastMs = Number.NEGATIVE_INFINITY
  const isOnTime = (dueMs: number) =>
    Math.abs(clock.nowMs() - dueMs) <= Math.min(offMsMax, everyMs / 100)
  const after = (fromMs: number) => {
    const passed = fromMs < firstMs ? 0 : Math.floor((fromMs - firstMs) / everyMs) + 1
    const dueMs = firstMs + passed * everyMs
    timer = clock.after(dueMs - clock.nowMs(), () => {
      lastMs = dueMs
      after(isOnTime(dueMs) ? dueMs : clock.nowMs())
      wake()
    })
  }
  after(clock.nowMs())
  return {
    dueMs: () => (isOnTime(lastMs) ? lastMs : clock.nowMs()),
    stop: () => timer.cancel(),
  }
}

/** The first beat from now on at a place in the interval that the key alone decides. */
export function firstBeatMs(key: string, everyMs: number, nowMs: number): number {
  const fnv = createFnv1a()
  fnv.add(key)
  const offsetMs = Number(BigInt(`0x${fnv.digest()}`) % BigInt(everyMs))
  const startMs = nowMs - (nowMs % everyMs) + offsetMs
  return startMs < nowMs ? startMs + everyMs : startMs
}
