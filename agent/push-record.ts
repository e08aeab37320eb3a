/**
 * What the agent knows of its own pushes. Not in the registry of the process: several agents may
 * live in one (a simulation, the demo), and each speaks for its own node.
 */
import type { MetricFamily } from '#api/sample'
import type { Clock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import type { Labels } from '#lib/labels'
import type { Log } from '#lib/log'
import { createComplaint } from './complaint.ts'
import { ownFamily } from './own-family.ts'

export interface PushRecord {
  /**
   * Runs one push with all its attempts, and gives whether it arrived. A failure is counted and its
   * reason told, not thrown.
   */
  measure(sizeBytes: number, push: () => Promise<void>): Promise<boolean>
  /** A tick was collected and is text now. */
  rendered(tookMs: number): void
  families(): readonly MetricFamily[]
}

export interface PushRecordOptions {
  readonly clock: Clock
  readonly log: Log
  /** Of `zstone_agent_info`. */
  readonly labels: Labels
}

export function createPushRecord({ clock, log, labels }: PushRecordOptions): PushRecord {
  let total = 0
  let failed = 0
  let tickSeconds: number | undefined
  let lastSeconds: number | undefined
  let lastBytes: number | undefined
  let lastSuccessSeconds: number | undefined
  const { tell } = createComplaint({
    log,
    fails: 'The push failed; each tick tries again with newer values',
    works: 'Pushes arrive again',
  })
  return {
    async measure(sizeBytes, push) {
      const startedMs = clock.monotonicMs()
      total++
      lastBytes = sizeBytes
      let arrived = true
      try {
        await push()
        lastSuccessSeconds = clock.nowMs() / 1000
        tell(undefined)
      } catch (error) {
        arrived = false
        failed++
        tell(messageOf(error))
      }
      lastSeconds = (clock.monotonicMs() - startedMs) / 1000
      return arrived
    },
    rendered(tookMs) {
      tickSeconds = tookMs / 1000
    },
    families: () => [
      ownFamily(['zstone_agent_info', 'gauge', 'The agent; always 1.'], [{ value: 1, labels }]),
      ownFamily(
        ['zstone_agent_tick_seconds', 'gauge', 'Time of the last tick until it was text.'],
        [{ value: tickSeconds }],
      ),
      ownFamily(['zstone_agent_push_total', 'counter', 'Pushes begun.'], [{ value: total }]),
      ownFamily(
        ['zstone_agent_push_failed_total', 'counter', 'Pushes given up after all attempts.'],
        [{ value: failed }],
      ),
      ownFamily(
        ['zstone_agent_push_duration_seconds', 'gauge', 'Time of the last push, all attempts.'],
        [{ value: lastSeconds }],
      ),
      ownFamily(
        ['zstone_agent_push_bytes', 'gauge', 'Size of the last push.'],
        [{ value: lastBytes }],
      ),
      ownFamily(
        [
          'zstone_agent_push_last_success_timestamp_seconds',
          'gauge',
          'When the last push was acknowledged.',
        ],
        [{ value: lastSuccessSeconds }],
      ),
    ],
  }
}
