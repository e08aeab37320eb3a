/**
 * Time in the simulated world. It stands still while anything is under way, and moves from one
 * timer to the next; over stretches in which nothing is due it leaps, and loops sleep with it.
 */
import { type Clock, createManualClock, type Timer } from '#lib/clock'

export interface Timeline {
  readonly nowMs: () => number
  clockFor(owner: ClockOwner): Clock
  /** Runs what falls due until then, letting the world settle in between. */
  runTo(endMs: number): Promise<void>
}

export interface ClockOwner {
  /** Its timers are dead as soon as this says so. */
  readonly isAlive: () => boolean
  /** Whether its timers wait as long as nothing is due: those of loops, which look for work. */
  readonly sleeps: boolean
}

export interface TimelineWorld {
  readonly startMs: number
  /** Resolves when nothing is under way. */
  readonly settle: () => Promise<void>
  /** Until when nothing can become due; undefined: something is due or under way now. */
  readonly quietUntil: () => Promise<number | undefined>
}

interface Entry {
  atMs: number
  readonly sleeps: boolean
  readonly run: () => void
}

const limits = {
  /** Shorter stretches are walked. */
  leapMs: 5000,
  /** After a leap this much is walked again before what was waited for. */
  runUpMs: 10,
  /** So long loops may sleep in all before they all run. */
  asleepMs: 10 * 60_000,
}

export function createTimeline({ startMs, settle, quietUntil }: TimelineWorld): Timeline {
  const keeper = createManualClock(startMs)
  const entries = new Set<Entry>()
  let asleepMs = 0

  const clockFor = ({ isAlive, sleeps }: ClockOwner): Clock => ({
    nowMs: keeper.nowMs,
    monotonicMs: keeper.monotonicMs,
    after(delayMs, run): Timer {
      const atMs = keeper.nowMs() + Math.max(0, delayMs)
      const entry = { atMs, sleeps, run: () => isAlive() && run() }
      entries.add(entry)
      return { cancel: () => void entries.delete(entry) }
    },
  })
  const next = (counts: (entry: Entry) => boolean = () => true) => {
    let first: Entry | undefined
    for (const entry of entries)
      if (counts(entry) && (first === undefined || entry.atMs < first.atMs)) first = entry
    return first
  }
  const awake = () => next(({ sleeps }) => !sleeps)?.atMs ?? Number.POSITIVE_INFINITY
  const move = async (toMs: number) => {
    if (toMs > keeper.nowMs()) await keeper.advance(toMs - keeper.nowMs())
  }
  /** Nothing is due in between: whoever waits for a period sleeps on. */
  const leap = async (toMs: number) => {
    const byMs = toMs - keeper.nowMs()
    asleepMs += byMs
    if (asleepMs < limits.asleepMs)
      for (const entry of entries) entry.atMs += entry.sleeps ? byMs : 0
    else asleepMs = 0
    await move(toMs)
  }
  return {
    nowMs: keeper.nowMs,
    clockFor,
    async runTo(endMs) {
      await settle()
      for (;;) {
        if (endMs - keeper.nowMs() > limits.leapMs) {
          const quietMs = Math.min((await quietUntil()) ?? 0, awake(), endMs) - limits.runUpMs
          if (quietMs - keeper.nowMs() > limits.leapMs) await leap(quietMs)
        }
        const entry = next()
        if (entry === undefined || entry.atMs > endMs) break
        entries.delete(entry)
        await move(entry.atMs)
        entry.run()
        await settle()
      }
      await move(endMs)
    },
  }
}
