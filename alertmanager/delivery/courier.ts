/** Delivers notifications when their wake-up comes: claim, attempt, record. */
import { assert } from '#lib/assert'
import type { Queue } from '#lib/queue/queue'
import type { Integration } from '../config/receiver.ts'
import { bareName } from '../damping/flapping.ts'
import type { Untold } from '../fallback/untold.ts'
import type { Notifier, NotifierWorld } from '../notifiers/notifier.ts'
import { onDelivery } from '../pipeline.ts'
import { createCoalescer } from '../store/coalesce.ts'
import type { NotificationRow } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { createWakeAll, type WakeAll } from '../wake.ts'
import type { World } from '../world.ts'
import { type ClaimedRow, claimDeliveries, type Delivery } from './delivery.ts'
import { createLanes, type Verdict } from './lanes.ts'
import { createLeases } from './leases.ts'
import { laneOfKey } from './message.ts'
import { createMeter } from './meter.ts'
import { createRecorder, interrupted } from './recorder.ts'

export interface Courier {
  start(): void
  /** Makes an attempt soon, if the notification is due then. False: its lane is full. */
  deliver(notificationId: string): boolean
  readonly wakeAll: WakeAll
  /** How many notifications of a lane may be written as claimed here. */
  readonly freePlaces: (lane: string) => number
  /** Makes the attempt that the row was claimed for. */
  attemptNow(row: ClaimedRow): void
  readonly notifierOf: (integration: Integration) => Notifier
  /** Ends the attempts under way. */
  close(): Promise<void>
}

const limits = {
  wakeUpsAtOnce: 100,
  attemptsALane: 256,
  waitingALane: 20_000,
  batch: 256,
  unrecorded: 2000,
}

export function createCourier(
  world: World & {
    readonly notifiers: NotifierWorld
    readonly untold: Untold
    /** Then nothing is claimed; a loop finds later what was due. */
    readonly isStoreAway: () => boolean
  },
  deliveries: Queue,
): Courier {
  const meter = createMeter(world)
  const lanes = createLanes(
    { atOnce: limits.attemptsALane, waiting: limits.waitingALane },
    world.clock,
  )
  const notifierOf = createNotifierCache(world)
  const leases = createLeases(world)
  const claims = createClaims(world)
  const claim = async (id: string) => (world.isStoreAway() ? undefined : claims.submit(id))
  const { record, recorded, unrecorded } = createRecorder(
    world,
    (wakeUps) => wakeAll(wakeUps),
    () => leases.underWay,
  )
  const list = onDelivery({ ...world, notifierOf })
  const make = async (row: ClaimedRow): Promise<Delivery> => {
    const integration = world.config().receivers.get(row.receiver)?.integrations.find(isFor(row))
    const [delivery] = await meter(row, () => list.run([{ row, integration }]))
    assert(delivery !== undefined, 'an attempt ends as a delivery')
    return delivery
  }
  const deliverOne = async (id: string, claimed?: ClaimedRow): Promise<Verdict> => {
    const row = claimed && leases.isHeld(claimed) ? claimed : await claim(id)
    if (row === undefined) return { kind: 'nothing' }
    leases.begun(row)
    const delivery = await make(row).catch((error) => {
      leases.ended(row)
      throw error
    })
    if (delivery.outcome?.kind === 'delivered') world.untold.told(row.firing.map(bareName))
    const done = record(delivery).finally(() => leases.ended(row))
    // Its place in the lane is free now, unless recording falls behind.
    if (unrecorded() > limits.unrecorded) await done
    return verdictOf(delivery)
  }
  const run = (id: string, claimed?: ClaimedRow) =>
    deliverOne(id, claimed).catch((error): Verdict => {
      interrupted(world.log, id, error)
      return { kind: 'nothing' }
    })
  const deliver = (id: string) => lanes.enter(laneOfKey(id), { id, run: () => run(id) })
  const wakeAll = createWakeAll(deliveries, deliver, world.log)
  return {
    start() {
      leases.loop.start()
      const enter = async (id: string) => void deliver(id)
      deliveries.work(enter, { concurrency: limits.wakeUpsAtOnce })
    },
    deliver,
    wakeAll,
    freePlaces: lanes.soon,
    attemptNow(row) {
      leases.taken(row)
      lanes.enter(laneOfKey(row.id), { id: row.id, run: () => run(row.id, row) })
    },
    notifierOf,
    async close() {
      await lanes.close()
      await recorded()
      await leases.close()
    },
  }
}

/** Wake-ups that come together are claimed by one statement. */
function createClaims(world: World & { readonly isStoreAway: () => boolean }) {
  return createCoalescer<string, ClaimedRow | undefined>({
    name: 'the delivery of a notification',
    batchSizeMax: limits.batch,
    waitingMax: Number.POSITIVE_INFINITY, // Lanes are the bound.
    async run(ids) {
      const rows = await inTransaction(world.db, world, async (tx) =>
        // One that is tried again must not overtake what has to come first.
        world.isStoreAway() ? [] : claimDeliveries(tx, ids, world.clock.nowMs()),
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
