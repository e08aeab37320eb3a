/**
 * A lane per receiver and integration: as many attempts at once as it takes, and the rest waits
 * its turn. A receiver that hangs or is slow then takes no place from the others.
 */
import type { Clock, Timer } from '#lib/clock'
import { createPace, type Pace } from './pace.ts'

export interface Lanes {
  /**
   * Runs `attempt` when its lane has a place. One that is in the lane already is not added twice.
   * False: the lane is full, and the wake-up comes again.
   */
  enter(lane: string, attempt: Attempt): boolean
  /** Starts nothing more and waits for what runs. */
  close(): Promise<void>
  readonly waiting: number
  /** How many more would start at once or soon. */
  soon(lane: string): number
}

export interface Attempt {
  readonly id: string
  run(): Promise<Verdict>
}

/** What an attempt tells about its receiver. */
export type Verdict =
  | { readonly kind: 'taken' }
  /** It takes no more for now. */
  | { readonly kind: 'too many'; readonly pauseMs: number }
  | { readonly kind: 'nothing' }

export interface LaneLimits {
  readonly atOnce: number
  readonly waiting: number
}

export function createLanes(limits: LaneLimits, clock: Clock): Lanes {
  const lanes = new Map<string, Lane>()
  const running = new Set<Promise<void>>()
  let waiting = 0
  let closed = false

  const start = (lane: Lane, attempt: Attempt) => {
    const startedMs = clock.monotonicMs()
    lane.running++
    lane.pace.started(startedMs)
    const done = attempt.run().then((verdict) => {
      running.delete(done)
      lane.running--
      lane.ids.delete(attempt.id)
      learn(lane.pace, verdict, { startedMs, nowMs: clock.monotonicMs() })
      fill(lane)
    })
    running.add(done)
  }
  const fill = (lane: Lane) => {
    while (!closed && lane.running < lane.pace.atOnce) {
      const nowMs = clock.monotonicMs()
      const pauseMs = lane.pace.nextStartMs(nowMs) - nowMs
      if (pauseMs > 0) return pause(lane, pauseMs)
      const next = lane.waiting.take()
      if (next === undefined) return
      waiting--
      start(lane, next)
    }
  }
  const pause = (lane: Lane, pauseMs: number) => {
    if (lane.waiting.size === 0) return
    lane.timer ??= clock.after(Math.ceil(pauseMs), () => {
      lane.timer = undefined
      fill(lane)
    })
  }
  return {
    enter(name, attempt) {
      if (closed) return false
      const lane = lanes.get(name) ?? createLane(limits.atOnce)
      lanes.set(name, lane)
      if (lane.ids.has(attempt.id)) return true
      if (lane.waiting.size >= limits.waiting) return false
      lane.ids.add(attempt.id)
      lane.waiting.add(attempt)
      waiting++
      fill(lane)
      return true
    },
    soon(name) {
      if (closed) return 0
      const { pace, waiting: line, running: count } = lanes.get(name) ?? createLane(limits.atOnce)
      const most = pace.isLimited ? 1 : pace.atOnce * roundsAhead
      return Math.max(0, most - line.size - count)
    },
    async close() {
      closed = true
      for (const { timer } of lanes.values()) timer?.cancel()
      await Promise.allSettled([...running])
    },
    get waiting() {
      return waiting
    },
  }
}

/** What starts after so many others have ended still starts soon. */
const roundsAhead = 8

/** Kept for ever: there are as many as the configuration has integrations. */
interface Lane {
  readonly pace: Pace
  /** Of those that wait or run. */
  readonly ids: Set<string>
  readonly waiting: Line
  running: number
  timer: Timer | undefined
}

const createLane = (atOnce: number): Lane => ({
  pace: createPace(atOnce),
  ids: new Set(),
  waiting: createLine(),
  running: 0,
  timer: undefined,
})

interface Line {
  readonly size: number
  add(attempt: Attempt): void
  take(): Attempt | undefined
}

/** First in, first out; the head moves on instead of everything behind it. */
function createLine(): Line {
  const entries = new Set<Attempt>()
  return {
    get size() {
      return entries.size
    },
    add: (attempt) => void entries.add(attempt),
    take() {
      const [first] = entries
      if (first !== undefined) entries.delete(first)
      return first
    },
  }
}

function learn(pace: Pace, verdict: Verdict, at: { startedMs: number; nowMs: number }): void {
  if (verdict.kind === 'taken') pace.taken(at.nowMs)
  if (verdict.kind === 'too many') pace.refused({ ...at, pauseMs: verdict.pauseMs })
}
