/** Delivers notifications when their wake-up comes: claim, attempt, record. */
import { messageOf } from '#lib/errors'
import { createLoop } from '#lib/loop'
import type { Queue, WakeUp } from '#lib/queue/queue'
import type { Integration } from '../config/receiver.ts'
import type { Untold } from '../fallback/untold.ts'
import { settle } from '../flush/settle.ts'
import { inLedgerTransaction } from '../history/ledger.ts'
import type { Notifier, NotifierWorld } from '../notifiers/notifier.ts'
import { onDelivery, onOutcome } from '../pipeline.ts'
import { createCoalescer } from '../store/coalesce.ts'
import type { NotificationRow } from '../store/tables.ts'
import { inTransaction, isDataFault } from '../store/transaction.ts'
import { createWakeAll, type WakeAll } from '../wake.ts'
import type { World } from '../world.ts'
import {
  type ClaimedRow,
  claimDeliveries,
  type Delivery,
  renewEveryMs,
  renewLeases,
} from './delivery.ts'
import { createLanes, type Verdict } from './lanes.ts'
import { laneOfKey } from './message.ts'

export interface Courier {
  start(): void
  /** Makes an attempt soon, if the notification is due then. False: its lane is full. */
  deliver(notificationId: string): boolean
  readonly wakeAll: WakeAll
  /** How many attempts of a lane would start at once. */
  readonly freePlaces: (lane: string) => number
  /** Makes the attempt that the row was claimed for. */
  attemptNow(row: ClaimedRow): void
  readonly notifierOf: (integration: Integration) => Notifier
  /** Ends the attempts under way. */
  close(): Promise<void>
}

const limits = { wakeUpsAtOnce: 100, attemptsALane: 256, waitingALane: 20_000, batch: 256 }

export function createCourier(
  world: World & { readonly notifiers: NotifierWorld; readonly untold: Untold },
  deliveries: Queue,
): Courier {
  const meter = createMeter(world)
  const lanes = createLanes(
    { atOnce: limits.attemptsALane, waiting: limits.waitingALane },
    world.clock,
  )
  const notifierOf = createNotifierCache(world)
  const underWay = new Set<NotificationRow>()
  const renewing = createLoop(
    {
      name: 'alert leases',
      everyMs: renewEveryMs,
      pass: () => renewLeases(world.db, [...underWay], world.clock.nowMs()),
    },
    world,
  )
  const claims = createClaims(world)
  const outcomes = createCoalescer<Delivery, void>({
    name: 'the outcome of a delivery',
    batchSizeMax: limits.batch,
    waitingMax: Number.POSITIVE_INFINITY, // Lanes are the bound.
    isItemsFault: isDataFault,
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
  const list = onDelivery({ ...world, notifierOf })
  const deliverOne = async (id: string, claimed?: ClaimedRow): Promise<Verdict> => {
    const row = isHeld(claimed, world) ? claimed : await claims.submit(id)
    if (row === undefined) return { kind: 'nothing' }
    const integration = world.config().receivers.get(row.receiver)?.integrations.find(isFor(row))
    underWay.add(row)
    try {
      const [delivery] = await meter(row, () => list.run([{ row, integration }]))
      if (delivery === undefined) return { kind: 'nothing' }
      if (delivery.outcome?.kind === 'delivered') world.untold.told(row.firing)
      await outcomes.submit(delivery)
      return verdictOf(delivery)
    } finally {
      underWay.delete(row)
    }
  }
  const run = (id: string, claimed?: ClaimedRow) =>
    deliverOne(id, claimed).catch((error): Verdict => {
      world.log.error(
        { notification: id, error: messageOf(error) },
        'Delivery was interrupted; it is made again when its lease has passed',
      )
      return { kind: 'nothing' }
    })
  const deliver = (id: string) => lanes.enter(laneOfKey(id), { id, run: () => run(id) })
  const wakeAll = createWakeAll(deliveries, deliver, world.log)
  return {
    start() {
      renewing.start()
      const enter = async (id: string) => void deliver(id)
      deliveries.work(enter, { concurrency: limits.wakeUpsAtOnce })
    },
    deliver,
    wakeAll,
    freePlaces: lanes.free,
    attemptNow: (row) =>
      void lanes.enter(laneOfKey(row.id), { id: row.id, run: () => run(row.id, row) }),
    notifierOf,
    async close() {
      await lanes.close()
      await renewing.close()
    },
  }
}

/** Wake-ups that come together are claimed by one statement. */
function createClaims(world: World) {
  return createCoalescer<string, ClaimedRow | undefined>({
    name: 'the delivery of a notification',
    batchSizeMax: limits.batch,
    waitingMax: Number.POSITIVE_INFINITY, // Lanes are the bound.
    async run(ids) {
      const rows = await inTransaction(world.db, world, (tx) =>
        claimDeliveries(tx, ids, world.clock.nowMs()),
      )
      const taken = new Map(rows.map((row) => [row.id, row]))
      return ids.map((id) => {
        const row = taken.get(id)
        taken.delete(id) // The same wake-up twice is one attempt.
        return row
      })
    },
  })
}

/** Who waited too long in its lane has lost its claim, and makes another. */
const isHeld = (row: ClaimedRow | undefined, { clock }: World) =>
  row?.leased_until !== undefined &&
  row.leased_until !== null &&
  row.leased_until.getTime() > clock.nowMs() + renewEveryMs

/** What fires alone keeps its group alive. */
const mayEndGroup = ({ row, outcome }: Delivery) =>
  outcome === undefined || (outcome.kind === 'delivered' && row.resolved.length > 0)

/** One that asks for a pause asks it of all that it is told. */
function verdictOf({ outcome }: Delivery): Verdict {
  if (outcome?.kind === 'delivered') return { kind: 'taken' }
  return outcome?.retryAfterMs === undefined
    ? { kind: 'nothing' }
    : { kind: 'too many', pauseMs: outcome.retryAfterMs }
}

const isFor =
  (row: NotificationRow) =>
  ({ name, index }: Integration) =>
    name === row.integration && index === row.integration_index

function createNotifierCache({ notifiers }: { readonly notifiers: NotifierWorld }) {
  const open = new WeakMap<Integration, Notifier>()
  return (integration: Integration): Notifier => {
    const notifier = open.get(integration) ?? integration.open(notifiers)
    open.set(integration, notifier)
    return notifier
  }
}

function createMeter({ metrics, clock, log }: World) {
  const total = metrics.counter('alertmanager_notifications_total', 'Attempts to notify.', [
    'integration',
  ])
  const failed = metrics.counter(
    'alertmanager_notifications_failed_total',
    'Attempts that failed.',
    ['integration', 'reason'],
  )
  const seconds = metrics.histogram(
    'alertmanager_notification_latency_seconds',
    'Time an attempt took.',
    { labels: ['integration'] },
  )
  return async (row: NotificationRow, run: () => Promise<readonly Delivery[]>) => {
    const { integration } = row
    const startedMs = clock.monotonicMs()
    const deliveries = await run()
    const tookMs = clock.monotonicMs() - startedMs
    total.inc({ integration })
    seconds.observe({ integration }, tookMs / 1000)
    const fields = {
      receiver: row.receiver,
      integration,
      group: row.group_key,
      key: row.id,
      tookMs,
    }
    for (const { outcome } of deliveries)
      if (outcome?.kind === 'failed') {
        failed.inc({ integration, reason: outcome.passing ? 'serverError' : 'clientError' })
        const { attempts } = row
        log.warn({ ...fields, attempts, reason: outcome.reason }, 'Notification was not taken')
      } else log.info(fields, 'Notification delivered')
    return deliveries.map((delivery) => ({ ...delivery, tookMs }))
  }
}
