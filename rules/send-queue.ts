/** Alerts on their way to one alertmanager: bounded, in batches, tried again; the newest counts. */
import type { PostableAlert } from '#api/alert'
import type { Clock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import { labelsKey } from '#lib/labels'
import type { Log } from '#lib/log'
import type { Random } from '#lib/random'
import { retry } from '#lib/retry'
import type { RuleMetrics } from './rule-metrics.ts'
import type { Alertmanager } from './world.ts'

export interface SendQueue {
  /** Never waits and never fails; what waits for the same alert is replaced. */
  add(alerts: readonly PostableAlert[]): void
  /** Gives up what still waits: its state is stored, so it is told again after a restart. */
  close(): Promise<void>
}

export interface SendQueueWorld {
  readonly to: Alertmanager
  readonly capacity: number
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly metrics: RuleMetrics
}

const batchSizeMax = 64

/** About half a minute in all: after that the next resend brings the alerts again. */
const policy = { attempts: 6, firstDelayMs: 500, delayMsMax: 10_000 }

export function createSendQueue(world: SendQueueWorld): SendQueue {
  const { capacity, clock, random, log, metrics, to } = world
  const key = { alertmanager: to.name }
  const waiting = new Map<string, PostableAlert>()
  const stop = new AbortController()
  let running: Promise<void> | undefined
  metrics.queueCapacity.set(key, capacity)
  metrics.dropped.inc(key, 0)

  const take = (): readonly PostableAlert[] => {
    const batch = [...waiting.entries().take(batchSizeMax)]
    for (const [labels] of batch) waiting.delete(labels)
    metrics.queueLength.set(key, waiting.size)
    return batch.map(([, alert]) => alert)
  }
  const drain = async () => {
    while (waiting.size > 0 && !stop.signal.aborted) {
      const batch = take()
      try {
        await retry(policy, { clock, random, signal: stop.signal }, () => to.send(batch))
        metrics.sent.inc(key, batch.length)
      } catch (error) {
        metrics.dropped.inc(key, batch.length)
        log.warn(
          { ...key, alerts: batch.length, error: messageOf(error) },
          'Alerts could not be sent; firing ones are sent again',
        )
      }
    }
    running = undefined
  }
  return {
    add(alerts) {
      for (const alert of alerts) waiting.set(labelsKey(alert.labels), alert)
      const overflow = waiting.size - capacity
      if (overflow > 0) {
        for (const labels of [...waiting.keys().take(overflow)]) waiting.delete(labels)
        metrics.dropped.inc(key, overflow)
      }
      metrics.queueLength.set(key, waiting.size)
      if (waiting.size > 0) running ??= drain()
    },
    async close() {
      stop.abort()
      await running
    },
  }
}
