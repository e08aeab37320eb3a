/**
 * A lane per receiver and integration: so many attempts at once, and the rest waits its turn. A
 * receiver that hangs then takes no place from the others.
 */
export interface Lanes {
  /** Runs `run` when its lane has a place. False: the lane is full, and the wake-up comes again. */
  enter(lane: string, run: () => Promise<void>): boolean
  /** Starts nothing more and waits for what runs. */
  close(): Promise<void>
  readonly waiting: number
}

export function createLanes(limits: { readonly atOnce: number; readonly waiting: number }): Lanes {
  const lanes = new Map<string, Lane>()
  const running = new Set<Promise<void>>()
  let waiting = 0
  let closed = false

  const start = (name: string, lane: Lane, run: () => Promise<void>) => {
    lane.running++
    const done = run().finally(() => {
      running.delete(done)
      lane.running--
      const next = closed ? undefined : lane.waiting.shift()
      if (next !== undefined) {
        waiting--
        start(name, lane, next)
      } else if (lane.running === 0) lanes.delete(name)
    })
    running.add(done)
  }
  return {
    enter(name, run) {
      if (closed) return false
      const lane = lanes.get(name) ?? { running: 0, waiting: [] }
      lanes.set(name, lane)
      if (lane.running < limits.atOnce) start(name, lane, run)
      else if (lane.waiting.length >= limits.waiting) return false
      else {
        lane.waiting.push(run)
        waiting++
      }
      return true
    },
    async close() {
      closed = true
      await Promise.allSettled([...running])
    },
    get waiting() {
      return waiting
    },
  }
}

interface Lane {
  running: number
  waiting: (() => Promise<void>)[]
}
