/**
 * A loop is a reconciler: it reads what is, reads what should be, and acts on the difference.
 * It takes no input, so a lost wake-up costs one period and never correctness.
 */
import type { Clock, Timer } from './clock.ts'
import { messageOf } from './errors.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'

export interface Loop {
  readonly name: string
  start(): void
  /** Asks for a pass now; asked during a pass, one more follows. */
  wake(): void
  /** Waits for the pass under way and runs no other. */
  close(): Promise<void>
}

export interface LoopOptions {
  readonly name: string
  readonly everyMs: number
  readonly pass: (signal: AbortSignal) => Promise<void>
}

export interface LoopWorld {
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

export function createLoop({ name, everyMs, pass }: LoopOptions, world: LoopWorld): Loop {
  const { clock, log } = world
  const measured = measurerOf(name, world)
  // Gone once it is closed, so that whoever watches does not wait for its next pass.
  const interval = world.metrics.gauge(
    'zstone_loop_interval_seconds',
    'Pause between two passes of a loop that runs.',
    ['loop'],
  )
  const stop = new AbortController()
  let timer: Timer | undefined
  let running: Promise<void> | undefined
  let askedAgain = false

  const run = async () => {
    do {
      askedAgain = false
      await measured(() => pass(stop.signal)).catch((error) =>
        log.error(
          { loop: name, error: messageOf(error) },
          'Loop pass failed; the next one retries',
        ),
      )
    } while (askedAgain && !stop.signal.aborted)
    running = undefined
    if (!stop.signal.aborted) timer = clock.after(everyMs, wake)
  }
  const wake = () => {
    if (stop.signal.aborted) return
    if (running !== undefined) {
      askedAgain = true
      return
    }
    timer?.cancel()
    running = run()
  }
  return {
    name,
    start() {
      interval.set({ loop: name }, everyMs / 1000)
      wake()
    },
    wake,
    async close() {
      stop.abort()
      interval.remove({ loop: name })
      timer?.cancel()
      await running
    },
  }
}

function measurerOf(name: string, { clock, metrics }: LoopWorld) {
  const seconds = metrics.histogram('zstone_loop_pass_seconds', 'Time of one pass.', {
    labels: ['loop'],
  })
  const failures = metrics.counter('zstone_loop_failures_total', 'Passes that threw.', ['loop'])
  const finished = metrics.gauge(
    'zstone_loop_last_success_timestamp_seconds',
    'When the last good pass ended.',
    ['loop'],
  )
  failures.inc({ loop: name }, 0)
  return async (pass: () => Promise<void>) => {
    const startedMs = clock.monotonicMs()
    try {
      await pass()
      finished.set({ loop: name }, clock.nowMs() / 1000)
    } catch (error) {
      failures.inc({ loop: name })
      throw error
    } finally {
      seconds.observe({ loop: name }, (clock.monotonicMs() - startedMs) / 1000)
    }
  }
}
