/** Records how attempts ended: those that end together share a transaction. */
import { sleep } from '#lib/clock'
import { messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import type { WakeUp } from '#lib/queue/queue'
import { settle } from '../flush/settle.ts'
import { inLedgerTransaction } from '../history/ledger.ts'
import { onOutcome } from '../pipeline.ts'
import { createCoalescer } from '../store/coalesce.ts'
import { inTransaction, isDataFault } from '../store/transaction.ts'
import type { WakeAll } from '../wake.ts'
import type { World } from '../world.ts'
import type { Delivery } from './delivery.ts'

export interface Recorder {
  /** Never rejects: what cannot be recorded is attempted again when its lease has passed. */
  record(delivery: Delivery): Promise<void>
  /** Resolves when all that was handed over is recorded. */
  recorded(): Promise<void>
  unrecorded(): number
}

const limits = { batch: 256, gatherMs: 10, quiet: 16 }

export function createRecorder(world: World, wakeAll: WakeAll, underWay: () => number): Recorder {
  const recording = new Set<Promise<void>>()
  const outcomes = createCoalescer<Delivery, void>({
    name: 'the outcome of a delivery',
    batchSizeMax: limits.batch,
    waitingMax: Number.POSITIVE_INFINITY, // Lanes are the bound.
    isItemsFault: isDataFault,
    // Nobody waits for this; where much goes on, what ends within a moment is recorded together.
    async gather() {
      if (underWay() > limits.quiet) await sleep(world.clock, limits.gatherMs)
    },
    async run(batch) {
      // Whoever was told was told: this is recorded however long the store is away.
      const patient = { ...world, attempts: 600 }
      const wakeUps = await inLedgerTransaction(patient, async (tx, ledger) => {
        const collected: WakeUp[] = []
        const afterCommit = (wakeUp: WakeUp) => void collected.push(wakeUp)
        const nowMs = world.clock.nowMs()
        await onOutcome({ ...world, tx, ledger, nowMs, afterCommit }).run(batch)
        return collected
      })
      wakeAll(wakeUps)
      const groupIds = new Set(batch.filter(mayEndGroup).map(({ row }) => row.group_id))
      if (groupIds.size > 0) await inTransaction(world.db, world, (tx) => settle(tx, [...groupIds]))
      return batch.map(() => undefined)
    },
  })
  return {
    record(delivery) {
      const done = outcomes
        .submit(delivery)
        .catch((error) => interrupted(world.log, delivery.row.id, error))
        .finally(() => recording.delete(done))
      recording.add(done)
      return done
    },
    async recorded() {
      await Promise.all(recording)
    },
    unrecorded: () => recording.size,
  }
}

/** What fires alone keeps its group alive. */
const mayEndGroup = ({ row, outcome }: Delivery) =>
  outcome === undefined || (outcome.kind === 'delivered' && row.resolved.length > 0)

export function interrupted(log: Log, id: string, error: unknown): void {
  const about = { notification: id, error: messageOf(error) }
  log.error(about, 'Delivery was interrupted; it is made again when its lease has passed')
}
