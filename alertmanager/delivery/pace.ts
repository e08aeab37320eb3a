/**
 * How fast a receiver takes what it is told: learned from what it takes and from its "too many".
 * Attempts at once grow with every success. A refusal pauses the lane for as long as the receiver
 * asks; from then on attempts start evenly, at a rate that grows slowly near the last refusal and
 * faster the longer there was none, so that a bound is found soon and touched seldom.
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
  /** Of the rate at which it refused. */
  backOff: 0.96,
  /** A second; and more of it for every second squared without a refusal. */
  growth: 0.001,
  growthFaster: 0.000_05,
  /** From the first refusal to the second: what was measured then may be far off. */
  growthFasterFirst: 0.02,
  growthMax: 0.5,
  ratePerSecondMin: 0.2,
  /** Timers are late; so much of that is made up for. */
  catchUpMs: 100,
  /** Without a refusal for this long there is no limit any more. */
  forgetMs: 10 * 60_000,
}

export function createPace(atOnceMax: number): Pace {
  const takenAtMs: number[] = []
  let atOnce = Math.min(limits.atOnceFirst, atOnceMax)
  /** Attempts a second; absent: no refusal is known. */
  let rate: number | undefined
  let refusals = 0
  let nextMs = Number.NEGATIVE_INFINITY
  let refusedMs = Number.NEGATIVE_INFINITY
  /** When the last pause ended. */
  let resumedMs = Number.NEGATIVE_INFINITY
  let grownMs = 0

  const takenLastSecond = (nowMs: number) => takenAtMs.filter((ms) => ms > nowMs - 1000).length
  const grown = (from: number, nowMs: number) => {
    const calm = Math.max(0, nowMs - resumedMs) / 1000
    const faster = refusals < 2 ? limits.growthFasterFirst : limits.growthFaster
    const growth = Math.min(limits.growthMax, limits.growth + faster * calm ** 2)
    const seconds = Math.min(1, Math.max(0, nowMs - grownMs) / 1000)
    grownMs = nowMs
    return from * (1 + growth * seconds)
  }
  return {
    get atOnce() {
      return atOnce
    },
    get isLimited() {
      return rate !== undefined
    },
    nextStartMs: () => nextMs,
    started(nowMs) {
      if (rate !== undefined) nextMs = Math.max(nextMs, nowMs - limits.catchUpMs) + 1000 / rate
    },
    taken(nowMs) {
      atOnce = Math.min(atOnce + 1, atOnceMax)
      takenAtMs.push(nowMs)
      while (takenAtMs.length > 0 && (takenAtMs[0] ?? nowMs) <= nowMs - 1000) takenAtMs.shift()
      if (rate === undefined) return
      rate = grown(rate, nowMs)
      if (nowMs - refusedMs > limits.forgetMs) rate = undefined
    },
    refused({ startedMs, nowMs, pauseMs }) {
      // Those that were under way at the last refusal say nothing new.
      const isNews = startedMs > refusedMs
      nextMs = Math.max(nextMs, nowMs + pauseMs)
      if (!isNews) return
      const counted = takenLastSecond(nowMs)
      // Within a second of a pause that count says little.
      const isSteady = nowMs - resumedMs >= 1000
      const measured = rate === undefined ? counted : isSteady ? Math.min(rate, counted) : rate
      rate = Math.max(limits.ratePerSecondMin, measured * limits.backOff)
      refusals++
      refusedMs = nowMs
      resumedMs = nextMs
      grownMs = nextMs
    },
  }
}
