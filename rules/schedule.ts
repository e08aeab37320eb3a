/** When a group is evaluated: at times that are multiples of its interval, shifted by its name. */
import type { Clock, Timer } from '#lib/clock'
import { hash64 } from '#lib/ring'

export interface Schedule {
  start(): void
  /** Waits for the evaluation under way and runs no other. */
  close(): Promise<void>
}

export interface ScheduleOptions {
  readonly name: string
  readonly intervalMs: number
  /** Gets the aligned time, and how many times before it were missed. Never rejects. */
  readonly evaluate: (atMs: number, missed: number) => Promise<void>
}

/** By how much the times of a group lie behind the multiples of its interval. */
export const shiftOf = (name: string, intervalMs: number) =>
  Number(hash64(name) % BigInt(intervalMs))

/** Aligned times make results repeatable, and the shift keeps groups from all running at once. */
export function createSchedule(options: ScheduleOptions, clock: Clock): Schedule {
  const { name, intervalMs, evaluate } = options
  const shiftMs = shiftOf(name, intervalMs)
  const alignedMs = (ms: number) => Math.floor((ms - shiftMs) / intervalMs) * intervalMs + shiftMs
  let timer: Timer | undefined
  let running: Promise<void> | undefined
  let isClosed = false

  const plan = (lastMs: number) => {
    if (isClosed) return
    const dueMs = lastMs + intervalMs
    timer = clock.after(Math.max(0, dueMs - clock.nowMs()), () => {
      running = run(dueMs)
    })
  }
  const run = async (dueMs: number) => {
    // A timer may fire a moment early; a clock may have jumped ahead, or back.
    const atMs = Math.max(dueMs, alignedMs(clock.nowMs()))
    await evaluate(atMs, Math.round((atMs - dueMs) / intervalMs))
    running = undefined
    plan(Math.min(atMs, alignedMs(clock.nowMs() + intervalMs)))
  }
  return {
    start: () => plan(alignedMs(clock.nowMs())),
    async close() {
      isClosed = true
      timer?.cancel()
      await running
    },
  }
}
