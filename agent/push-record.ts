/**
 * What the agent knows of its own pushes. Not in the registry of the process: several agents may
 * live in one (a simulation, the demo), and each speaks for its own node.
 */
import type { MetricFamily, MetricType } from '#api/sample'
import type { Clock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import type { Labels } from '#lib/labels'
import type { Log } from '#lib/log'

export interface PushRecord {
  /** Runs one push with all its attempts; a failure is counted and its reason told, not thrown. */
  measure(sizeBytes: number, push: () => Promise<void>): Promise<void>
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
  let lastSeconds: number | undefined
  let lastBytes: number | undefined
  let lastSuccessSeconds: number | undefined
  let reason: string | undefined

  const tell = (now: string | undefined) => {
    if (now === reason) return
    reason = now
    if (now === undefined) log.info({}, 'Pushes arrive again')
    else log.warn({ reason: now }, 'The push failed; each tick tries again with newer values')
  }
  return {
    async measure(sizeBytes, push) {
      const startedMs = clock.monotonicMs()
      total++
      lastBytes = sizeBytes
      try {
        await push()
        lastSuccessSeconds = clock.nowMs() / 1000
        tell(undefined)
      } catch (error) {
        failed++
        tell(messageOf(error))
      }
      lastSeconds = (clock.monotonicMs() - startedMs) / 1000
    },
    families: () => [
      family('zstone_agent_info', 'gauge', { help: 'The agent; always 1.', value: 1, labels }),
      family('zstone_agent_push_total', 'counter', { help: 'Pushes begun.', value: total }),
      family('zstone_agent_push_failed_total', 'counter', {
        help: 'Pushes given up after all attempts.',
        value: failed,
      }),
      family('zstone_agent_push_duration_seconds', 'gauge', {
        help: 'Time of the last push, all attempts.',
        value: lastSeconds,
      }),
      family('zstone_agent_push_bytes', 'gauge', {
        help: 'Size of the last push.',
        value: lastBytes,
      }),
      family('zstone_agent_push_last_success_timestamp_seconds', 'gauge', {
        help: 'When the last push was acknowledged.',
        value: lastSuccessSeconds,
      }),
    ],
  }
}

/** Without a sample where the value is not known yet. */
function family(
  name: string,
  type: MetricType,
  { help, value, labels = {} }: { help: string; value: number | undefined; labels?: Labels },
): MetricFamily {
  return { name, type, help, samples: value === undefined ? [] : [{ name, labels, value }] }
}
