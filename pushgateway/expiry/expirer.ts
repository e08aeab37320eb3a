/** Marks groups that are not pushed any more, drops them after a grace, forgets them at last. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import { createLoop, type Loop } from '#lib/loop'
import type { Metrics } from '#lib/metrics'
import type { Committer } from '../log/commit.ts'
import type { Group } from '../store/store.ts'
import type { Ageing } from './ageing.ts'
import type { Tombstones } from './tombstones.ts'

export interface Expirer {
  /** Begins with what recovery found. */
  start(groups: readonly Group[], committer: Committer): void
  close(): Promise<void>
}

export interface ExpirerOptions {
  readonly ageing: Ageing
  readonly tombstones: Tombstones
  /** How long a group is shown as stale before it is dropped. */
  readonly graceMs: number
  readonly retentionMs: number
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

const everyMs = 1000
/** So many at a time; between them pushes have their turn. */
const looksAtOnce = 200
const deletionsAtOnce = 256

export function createExpirer(options: ExpirerOptions): Expirer {
  const { ageing, tombstones, clock, log, metrics } = options
  const expired = metrics.counter(
    'zstone_pushgateway_groups_expired_total',
    'Groups that were dropped because nobody pushed them any more.',
  )
  let loop: Loop | undefined

  const pass = async (committer: Committer, signal: AbortSignal) => {
    tombstones.removeBefore(clock.nowMs() - options.retentionMs)
    while (ageing.markSome(looksAtOnce) && !signal.aborted) await nextTurn()
    const overdue = ageing.staleFor(options.graceMs)
    for (let from = 0; from < overdue.length && !signal.aborted; from += deletionsAtOnce) {
      const groups = await drop(overdue.slice(from, from + deletionsAtOnce), committer)
      expired.inc(groups)
      log.info({ groups }, 'Groups expired')
    }
  }
  /** One that was pushed meanwhile stays. */
  const drop = async (groups: readonly Group[], committer: Committer): Promise<number> => {
    const atMs = clock.nowMs()
    const admissions = await Promise.all(
      groups.flatMap(({ pairs, visible: onlyIf }) => {
        if (onlyIf === undefined) return []
        const plain = { pairs, families: [], atMs, traceparent: undefined }
        return [committer.commit({ kind: 'delete', ...plain, reason: 'expired', onlyIf })]
      }),
    )
    return admissions.filter(({ after }) => after === undefined).length
  }
  return {
    start(groups, committer) {
      for (const group of groups) ageing.recovered(group)
      loop = createLoop(
        { name: 'expire groups', everyMs, pass: (signal) => pass(committer, signal) },
        { clock, log, metrics },
      )
      loop.start()
    },
    close: async () => await loop?.close(),
  }
}
