/** Tells what is pending, from memory; what was told is known from then on. */
import { sleep } from '#lib/clock'
import { attempt, type DeliverWorld } from '../delivery/deliver.ts'
import { pauseMs } from '../delivery/record.ts'
import type { HistoryBacklog } from '../history/backlog.ts'
import { outcomeEvent } from '../history/outcome-event.ts'
import type { World } from '../world.ts'
import type { NotifiedSlot, Pending } from './slots.ts'
import type { ToldLog } from './told-log.ts'
import type { Untold } from './untold.ts'

export interface Teller {
  /** Makes an attempt, if one is due and none is under way. */
  tell(slot: NotifiedSlot, nowMs: number): void
  /** Waits for the attempts under way, but for a hanging receiver not for ever. */
  ended(): Promise<void>
}

export interface TellerWorld extends World, DeliverWorld {
  readonly untold: Untold
  readonly history: HistoryBacklog
  readonly toldLog: ToldLog
}

const limits = { attemptsAtOnce: 128, patienceMs: 10_000 }

/** One attempt at a time for each slot, and never too many in all. */
export function createTeller(world: TellerWorld, onTold: (integration: string) => void): Teller {
  const underWay = new Set<Promise<void>>()
  const run = async (slot: NotifiedSlot, pending: Pending) => {
    const { notification, integration, telling } = pending
    const startedMs = world.clock.monotonicMs()
    const outcome = await attempt(attemptedOf(pending), world.notifierOf(integration), world)
    const tookMs = world.clock.monotonicMs() - startedMs
    const nowMs = world.clock.nowMs()
    if (outcome.kind === 'delivered') {
      slot.told = { ...telling, sent_at: new Date(nowMs) }
      await world.toldLog.add(slot.told)
      if (slot.pending === pending) slot.pending = undefined
      world.untold.told(telling.firing)
      world.untold.toldFromMemory(telling.firing)
      onTold(integration.name)
    } else pending.nextAttemptMs = nowMs + pauseMs(outcome, pending.attempts, world.random)
    world.history.add(outcomeEvent({ row: rowOf(pending), outcome, tookMs }, nowMs))
    const about = { receiver: notification.receiver, group: notification.groupKey }
    world.log.info({ ...about, outcome: outcome.kind }, 'Told from memory: the store is away')
  }
  return {
    tell(slot, nowMs) {
      const { pending } = slot
      if (pending === undefined || pending.nextAttemptMs > nowMs || slot.isBusy) return
      if (underWay.size >= limits.attemptsAtOnce) return
      slot.isBusy = true
      pending.attempts++
      const done = run(slot, pending).finally(() => {
        underWay.delete(done)
        slot.isBusy = false
      })
      underWay.add(done)
    },
    async ended() {
      const all = Promise.allSettled(underWay)
      await Promise.race([all, sleep(world.clock, limits.patienceMs)])
    },
  }
}

/** As the store would have it. */
export const rowOf = ({ notification, telling, attempts, nextAttemptMs }: Pending) => ({
  ...telling,
  id: notification.idempotencyKey,
  payload: notification,
  attempts,
  next_attempt_at: new Date(nextAttemptMs),
})

const attemptedOf = ({ notification, integration, telling, attempts }: Pending) => ({
  id: notification.idempotencyKey,
  payload: notification,
  receiver: telling.receiver,
  group_key: telling.group_key,
  integration: integration.name,
  attempts,
  memory: {},
})
