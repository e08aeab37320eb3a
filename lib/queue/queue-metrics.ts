/** What is measured where a queue meets its store and its handler. */
import type { Clock } from '../clock.ts'
import type { Metrics } from '../metrics.ts'
import type { QueueCounts } from './queue.ts'
import type { RunningJob } from './store.ts'

export interface QueueMeter {
  added(count: number): void
  addFailed(count: number): void
  /** Measures one run of a handler; the error passes through. */
  run(job: RunningJob, handle: () => Promise<void>): Promise<void>
  counted(counts: QueueCounts, oldestWaitingMs: number): void
}

export function createQueueMeters(metrics: Metrics, clock: Clock) {
  const labels = ['queue']
  const added = metrics.counter('zstone_queue_added_total', 'Wake-ups the store took.', labels)
  const addFailures = metrics.counter(
    'zstone_queue_add_failures_total',
    'Wake-ups the store did not take.',
    labels,
  )
  const runs = metrics.counter('zstone_queue_runs_total', 'Runs of a handler.', labels)
  const failures = metrics.counter(
    'zstone_queue_run_failures_total',
    'Runs of a handler that threw.',
    labels,
  )
  const runSeconds = metrics.histogram('zstone_queue_run_seconds', 'Time of one run.', { labels })
  const waitSeconds = metrics.histogram(
    'zstone_queue_wait_seconds',
    'Time from when a wake-up was due to its first run.',
    { labels },
  )
  const jobs = metrics.gauge('zstone_queue_jobs', 'Wake-ups by state.', [...labels, 'state'])
  const oldest = metrics.gauge(
    'zstone_queue_oldest_waiting_seconds',
    'How long the oldest waiting wake-up has been due.',
    labels,
  )

  return (queue: string): QueueMeter => {
    for (const counter of [added, addFailures, runs, failures]) counter.inc({ queue }, 0)
    return {
      added: (count) => added.inc({ queue }, count),
      addFailed: (count) => addFailures.inc({ queue }, count),
      async run(job, handle) {
        const startedMs = clock.monotonicMs()
        if (job.attemptsMade === 0)
          waitSeconds.observe({ queue }, Math.max(0, clock.nowMs() - dueMsOf(job)) / 1000)
        runs.inc({ queue })
        try {
          await handle()
        } catch (error) {
          failures.inc({ queue })
          throw error
        } finally {
          runSeconds.observe({ queue }, (clock.monotonicMs() - startedMs) / 1000)
        }
      },
      counted(counts, oldestWaitingMs) {
        for (const [state, count] of Object.entries(counts)) jobs.set({ queue, state }, count)
        oldest.set({ queue }, oldestWaitingMs / 1000)
      },
    }
  }
}

export const dueMsOf = (job: RunningJob) => job.timestamp + (job.opts.delay ?? 0)
