/**
 * Writes alert state, one writing at a time. Alerting does not depend on it: a store that fails or
 * hangs delays an evaluation once, and what it did not take is written again with the next.
 */
import { type Clock, sleep } from '#lib/clock'
import { messageOf } from '#lib/errors'
import { labelsKey } from '#lib/labels'
import type { Log } from '#lib/log'
import type { RuleMetrics } from './rule-metrics.ts'
import type { AlertStore, StoredAlert } from './store/alert-store.ts'

export interface StateSaver {
  /** Resolves when all is written, or when waiting longer would hold alerts back. Never rejects. */
  save(changed: readonly StoredAlert[]): Promise<void>
}

export interface StateSaverWorld {
  readonly store: AlertStore
  readonly clock: Clock
  readonly log: Log
  readonly metrics: RuleMetrics
}

/** Longer than this no alert waits for the store. */
const waitMsMax = 2000

export function createStateSaver({ store, clock, log, metrics }: StateSaverWorld): StateSaver {
  let unwritten = new Map<string, StoredAlert>()
  let writing: Promise<void> | undefined
  let isHanging = false
  metrics.storeFailures.inc(0)

  const write = async () => {
    const batch = unwritten
    unwritten = new Map()
    try {
      await store.save([...batch.values()])
    } catch (error) {
      unwritten = new Map([...batch, ...unwritten])
      metrics.storeFailures.inc()
      log.warn(
        { alerts: batch.size, error: messageOf(error) },
        'Alert state could not be stored; the next evaluation tries again',
      )
    }
    writing = undefined
    isHanging = false
  }
  const waitFor = async (done: Promise<void>) => {
    const stop = new AbortController()
    const isDone = await Promise.race([
      done.then(() => true),
      sleep(clock, waitMsMax, stop.signal).then(() => false),
    ])
    stop.abort()
    isHanging = !isDone
  }
  return {
    async save(changed) {
      for (const one of changed) unwritten.set(`${one.ruleId} ${labelsKey(one.labels)}`, one)
      if (isHanging) return
      if (writing !== undefined) await waitFor(writing)
      if (isHanging) return
      // Another group may have begun a writing meanwhile; it took what stands above with it.
      if (unwritten.size > 0) writing ??= write()
      if (writing !== undefined) await waitFor(writing)
    },
  }
}
