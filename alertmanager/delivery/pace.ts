/**
 * How fast a receiver takes what it is told: learned from what it takes and from its "too many".
 * Attempts at once grow with every success; a refusal pauses the lane for as long as the receiver
 * asks, and from then on attempts start evenly, at a rate that creeps up until the next refusal.
 */
export interface Pace {
  /** How many attempts may be under way. */
  readonly atOnce: number
  /** A refusal is known: attempts start one by one. */
  readonly isLimited: boolean
  /** When the next attempt may start; not after `nowMs`: at once. */
  nextStartMs(nowMs: number): number
  started(nowMs: number): void
  taken(nowMs: number): void
  /** `startedMs`: when the attempt that was refused began. */
  refused(refusal: { startedMs: number; nowMs: number; pauseMs: number }): void
}

const limits = {
  atOnceFirst: 32,
  /** Of the rate that was measured, or held before. */
  backOff: 0.93,
  creepASuccess: 0.01,
  ratePerSecondMin: 0.2,
  /** Without a refusal for this long there is no limit any more. */
  forgetMs: 10 * 60_000,
}

export function createPace(atOnceMax: number): Pace {
  const takenAtMs: number[] = []
  let atOnce = Math.min(limits.atOnceFirst, atOnceMax)
  /** Attempts a second; absent: no refusal is known. */
  let rate: number | undefined
  let nextMs = Number.NEGATIVE_INFINITY
  let refusedMs = Number.NEGATIVE_INFINITY

  const takenLastSecond = (nowMs: number) => takenAtMs.filter((ms) => ms > nowMs - 1000).length
  return {
    get atOnce() {
      return atOnce
    },
    get isLimited() {
      return rate !== undefined
    },
    nextStartMs: () => nextMs,
    started(nowMs) {
      if (rate !== undefined) nextMs = Math.max(nextMs, nowMs) + 1000 / rate
    },
    taken(nowMs) {
      atOnce = Math.min(atOnce + 1, atOnceMax)
      takenAtMs.push(nowMs)
      while (takenAtMs.length > 0 && (takenAtMs[0] ?? nowMs) <= nowMs - 1000) takenAtMs.shift()
      if (rate === undefined) return
      rate += limits.creepASuccess
      if (nowMs - refusedMs > limits.forgetMs) rate = undefined
    },
    refused({ startedMs, nowMs, pauseMs }) {
      // Those that were under way at the last refusal say nothing new.
      const isNews = startedMs > refusedMs
      nextMs = Math.max(nextMs, nowMs + pauseMs)
      if (!isNews) return
      const measured = rate ?? takenLastSecond(nowMs)
      rate = Math.max(limits.ratePerSecondMin, measured * limits.backOff)
      refusedMs = nowMs
    },
  }
}
