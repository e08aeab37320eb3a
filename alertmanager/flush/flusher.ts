/** Flushes groups when their wake-up comes; wake-ups that come together share one transaction. */
import type { Queue, WakeUp } from '#lib/queue/queue'
import { traceparentOf } from '../alert.ts'
import { flushWakeUp } from '../arrival/group.ts'
import { createJointSpans, type TraceKey } from '../joint-spans.ts'
import { onFlush } from '../pipeline.ts'
import type { SilenceStore } from '../silences/silence-store.ts'
import { createCoalescer } from '../store/coalesce.ts'
import { inTransaction, isDataFault } from '../store/transaction.ts'
import { wakeAll } from '../wake.ts'
import type { World } from '../world.ts'
import { claim, type Flush } from './flush.ts'
import { removeOrphans, settle } from './settle.ts'

export interface Flusher {
  start(): void
  close(): Promise<void>
}

export interface FlusherQueues {
  readonly flushes: Queue
  readonly deliveries: Queue
}

const limits = { atOnce: 100, groupsABatch: 100, groupsWaiting: 10_000 }

export function createFlusher(
  world: World & { readonly silences: SilenceStore },
  queues: FlusherQueues,
): Flusher {
  const spans = createJointSpans('alert flush', world.tracer)
  const suppressed = world.metrics.counter(
    'alertmanager_notifications_suppressed_total',
    'Alerts that were held back at a flush.',
    ['reason'],
  )
  const coalescer = createCoalescer<string, void>({
    name: 'the flush of a group',
    batchSizeMax: limits.groupsABatch,
    waitingMax: limits.groupsWaiting,
    isItemsFault: isDataFault,
    async run(groupIds) {
      const { deliveries, nextFlushes, flushes } = await flushAll(groupIds)
      for (const { alerts } of flushes)
        for (const { heldBy } of alerts)
          if (heldBy !== undefined) suppressed.inc({ reason: heldBy })
      wakeAll(queues.deliveries, deliveries, world.log)
      wakeAll(queues.flushes, nextFlushes, world.log)
      const done = flushes.filter(hasNothingToTell).map(({ group }) => group.id)
      await inTransaction(world.db, world, (tx) => settle(tx, done))
      return groupIds.map(() => undefined)
    },
  })

  const flushAll = async (groupIds: readonly string[]) => {
    await world.silences.refresh()
    return inTransaction(world.db, world, async (tx) => {
      const nowMs = world.clock.nowMs()
      const config = world.config()
      const deliveries: WakeUp[] = []
      const afterCommit = (wakeUp: WakeUp) => void deliveries.push(wakeUp)
      const claimed = await claim({ tx, config, nowMs }, groupIds)
      await removeOrphans(tx, claimed.orphans, nowMs)
      const own = { tx, config, nowMs, afterCommit, silences: world.silences.index }
      const list = onFlush({ ...world, ...own })
      const flushes = await spans.run(claimed.flushes.flatMap(traceKeysOf), () =>
        list.run(claimed.flushes),
      )
      const nextFlushes = flushes.map(({ group }) =>
        flushWakeUp({ ...group, next_flush_at: group.nextFlushAt }, nowMs),
      )
      return { deliveries, nextFlushes, flushes }
    })
  }
  let closed = false
  // Once closed, a wake-up is dropped: the loop of whoever runs next adds it again.
  const flush = async (groupId: string) => (closed ? undefined : coalescer.submit(groupId))
  return {
    start: () => queues.flushes.work(flush, { concurrency: limits.atOnce }),
    close() {
      closed = true
      return coalescer.idle()
    },
  }
}

/** Cheap to ask twice: what is due is looked at again where it is settled. */
const hasNothingToTell = ({ alerts, plans }: Flush) =>
  !plans.some(({ kind }) => kind === 'tell') &&
  (alerts.length === 0 || alerts.some(({ resolved }) => resolved))

const traceKeysOf = ({ alerts }: Flush): readonly TraceKey[] =>
  alerts.map(({ alert, resolved }) => ({
    traceparent: traceparentOf(alert),
    phase: resolved ? 'resolved' : 'firing',
  }))
