/** Everything that runs, put together; nothing of it has begun. */
import type { Disk } from '#lib/disk'
import type { Loop } from '#lib/loop'
import type { Queues } from '#lib/queue/queue'
import { type AckStore, createAckStore } from './acks/ack-store.ts'
import { createFollow } from './arrival/follow.ts'
import { createIntake, type Intake } from './arrival/intake.ts'
import { regroup } from './arrival/regroup.ts'
import { createRoster, type Roster } from './arrival/roster.ts'
import { type Courier, createCourier } from './delivery/courier.ts'
import { createFallback, type Fallback } from './fallback/fallback.ts'
import { createToldLog } from './fallback/told-log.ts'
import { createUntold } from './fallback/untold.ts'
import { createFlusher, type Flusher } from './flush/flusher.ts'
import type { Inhibition } from './flush/inhibition.ts'
import { createInhibitors } from './flush/inhibitors.ts'
import type { NotifierWorld } from './notifiers/notifier.ts'
import { createSilenceStore, type SilenceStore } from './silences/silence-store.ts'
import { createPresence, type Presence } from './store/presence.ts'
import { createUpkeep, type Upkeep } from './upkeep.ts'
import { createHeart } from './watch/heart.ts'
import { createWatcher } from './watch/watcher.ts'
import type { World } from './world.ts'

export interface Machines {
  readonly presence: Presence
  readonly roster: Roster
  readonly inhibition: () => Inhibition
  readonly silences: SilenceStore
  readonly acks: AckStore
  /** Brings what is held in memory up to date with the store. */
  readonly refresh: () => Promise<void>
  readonly intake: Intake
  readonly flusher: Flusher
  readonly courier: Courier
  readonly fallback: Fallback
  readonly upkeep: Upkeep
  /** Of the paths to receivers. */
  readonly watchers: readonly Loop[]
  /** Brings groups in line with the routes that hold now. */
  regroup(): Promise<void>
}

export interface MachinesParts {
  readonly queues: Queues
  readonly notifiers: NotifierWorld
  readonly disk: Disk
  readonly arrivalFolder: string
  readonly isShared: boolean
  readonly failAfterMs: number
  readonly heartbeatEveryMs: number
}

export function createMachines(world: World, parts: MachinesParts): Machines {
  const { queues, notifiers, isShared, disk, arrivalFolder } = parts
  const presence = createPresence(world)
  const isStoreAway = () => presence.isAway || intake.writer.isCatchingUp
  const roster = createRoster()
  const untold = createUntold()
  const inhibition = createInhibitors(roster, world.config)
  const silences = createSilenceStore(world)
  const follow = createFollow(world, roster)
  const courier = createCourier(
    { ...world, notifiers, untold, isStoreAway },
    queues.queue('alert-delivery'),
  )
  const acks = createAckStore(world)
  const refresh = async () => {
    const others = isShared ? follow.refresh() : undefined
    await Promise.all([silences.refresh(), acks.refresh(), others])
  }
  const flusher = createFlusher(world, {
    silences: silences.index,
    inhibition,
    acks,
    refresh,
    isStoreAway,
    flushes: queues.queue('alert-flush'),
    courier,
  })
  const fallback: Fallback = createFallback(world, {
    ...world,
    roster,
    untold,
    inhibition,
    silences: silences.index,
    notifierOf: courier.notifierOf,
    toldLog: createToldLog({ ...world, disk, folder: arrivalFolder }),
    storeAwayForMs: presence.awayForMs,
  })
  const regrouped = () => regroup(world, flusher.wakeAll)
  const intake: Intake = createIntake(world, {
    roster,
    untold,
    disk,
    folder: arrivalFolder,
    diskIsEnough: !isShared,
    async refresh() {
      // While the store is away nobody writes to it.
      if (isShared && !presence.isAway) await follow.refresh().catch(presence.leave)
    },
    wakeAll: flusher.wakeAll,
    presence,
  })
  presence.onLeave(fallback.resume)
  presence.onReturn(fallback.reconcile)
  presence.onReturn(regrouped)
  const upkeep = createUpkeep(world, { ...flusher, ...courier, roster })
  const watcher = createWatcher(world, { ...parts, ...flusher, roster, intake })
  const heart = createHeart(world, { ...courier, everyMs: parts.heartbeatEveryMs })
  return {
    watchers: heart === undefined ? [watcher] : [watcher, heart],
    presence,
    roster,
    inhibition,
    silences,
    acks,
    refresh,
    intake,
    flusher,
    courier,
    fallback,
    upkeep,
    regroup: regrouped,
  }
}
