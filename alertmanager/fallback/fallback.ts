/**
 * Tells from memory while the store is away. Nobody can say then whether another instance tells the
 * same, so each of these notifications is marked as a possible repeat. Before the store takes
 * anything again, what was told is written to its notification log: it is not told twice.
 */
import { sql } from 'kysely'
import type { Notification } from '#api/alert'
import { createLoop, type Loop } from '#lib/loop'
import type { Alert } from '../alert.ts'
import type { Roster } from '../arrival/roster.ts'
import { attempt, type DeliverWorld } from '../delivery/deliver.ts'
import { notificationOf } from '../delivery/message.ts'
import { pauseMs } from '../delivery/record.ts'
import { planFor, slotKey } from '../flush/dedup.ts'
import type { Flush } from '../flush/flush.ts'
import type { Inhibition } from '../flush/inhibition.ts'
import { expiryOf, plannedEvent, writeLog } from '../flush/outbox.ts'
import { createHistoryBacklog, type HistoryBacklog } from '../history/backlog.ts'
import { writeHistory } from '../history/ledger.ts'
import { outcomeEvent } from '../history/outcome-event.ts'
import { onFallback } from '../pipeline.ts'
import type { SilenceIndex } from '../silences/silences.ts'
import { inTransaction } from '../store/transaction.ts'
import type { World } from '../world.ts'
import { addGroups, type FallbackGroups, takeDue } from './groups.ts'
import type { NotifiedSlot, Pending } from './slots.ts'
import type { Untold } from './untold.ts'

export interface Fallback {
  readonly loop: Loop
  /** Writes what was told to the notification log, and forgets it. Rejects while that fails. */
  reconcile(): Promise<void>
}

export interface FallbackParts extends DeliverWorld {
  readonly roster: Roster
  readonly untold: Untold
  readonly inhibition: () => Inhibition
  readonly silences: SilenceIndex
  /** In milliseconds; 0: it is there. */
  readonly storeAwayForMs: () => number
}

const limits = {
  everyMs: 500,
  /** A store that restarts is back by then. */
  patienceMs: 5000,
  attemptsAtOnce: 128,
}

export function createFallback(world: World, parts: FallbackParts): Fallback {
  const groups: FallbackGroups = new Map()
  const told = world.metrics.counter(
    'zstone_alertmanager_told_from_memory_total',
    'Notifications that were delivered while the store was away.',
    ['integration'],
  )
  const history = createHistoryBacklog()
  const onTold = (integration: string) => told.inc({ integration })
  const tell = createTeller({ ...world, ...parts, history }, onTold)
  const pass = async () => {
    if (parts.storeAwayForMs() <= limits.patienceMs) return
    const nowMs = world.clock.nowMs()
    const config = world.config()
    addGroups(groups, untoldAlerts(parts, nowMs), { config, nowMs })
    const due = takeDue(groups, parts.roster.all(), { config, nowMs })
    const inhibition = parts.inhibition()
    const held = await onFallback({ ...world, ...parts, inhibition, nowMs }).run(due)
    for (const flush of held) plan(groups, flush, { ...world, history })
    for (const group of groups.values()) for (const slot of group.slots.values()) tell(slot, nowMs)
  }
  return {
    loop: createLoop({ name: 'alerts without the store', everyMs: limits.everyMs, pass }, world),
    async reconcile() {
      const slots = [...groups.values()].flatMap(({ slots: each }) => [...each.values()])
      const rows = slots.flatMap((slot) => slot.told ?? [])
      if (rows.length + history.events.length > 0)
        await inTransaction(world.db, { ...world, attempts: 1 }, async (tx) => {
          await writeHistory(tx, history.events)
          const { rows: last } = await sql<{ readonly epoch: number }>`
            select nextval('alertmanager.epochs') as epoch`.execute(tx)
          const epoch = last[0]?.epoch ?? 0
          await writeLog(
            tx,
            rows.map((row) => ({ ...row, epoch })),
          )
        })
      history.clear()
      groups.clear()
    },
  }
}

function untoldAlerts({ roster, untold }: FallbackParts, nowMs: number): readonly Alert[] {
  return [...untold.current(nowMs)].flatMap((fingerprint) => {
    const alert = roster.get(fingerprint)
    return alert === undefined || alert.endsAtMs <= nowMs ? [] : [alert]
  })
}

/** Sets what each integration has to be told now, in the place of what it was not told yet. */
type Noting = World & { readonly history: HistoryBacklog }

function plan(groups: FallbackGroups, flush: Flush, world: Noting): void {
  const { group } = flush
  const slots = groups.get(group.id)?.slots
  for (const integration of group.receiver.integrations) {
    const slot = {
      group_id: group.id,
      integration: integration.name,
      integration_index: integration.index,
    }
    const key = slotKey(slot)
    const before = slots?.get(key)
    const next = planFor({ flush, integration, slot, told: before?.told, due: undefined })
    if (next?.kind !== 'tell') continue
    const { atMs, key: group_key, receiver, route } = group
    const { firing, resolved, held } = next
    const telling = {
      ...slot,
      ...{ group_key, receiver: receiver.name, sent_at: new Date(atMs), firing, resolved, held },
      expires_at: expiryOf(route.repeatIntervalMs, { ...world, nowMs: atMs }),
    }
    const notification: Notification = {
      ...notificationOf(flush, next, { ...world, config: world.config(), nowMs: atMs }),
      possibleRepeat: true,
    }
    const pending = { notification, integration, telling, attempts: 0, nextAttemptMs: atMs }
    world.history.add(plannedEvent(rowOf(pending), next, atMs))
    slots?.set(key, { told: before?.told, pending, isBusy: before?.isBusy ?? false })
  }
}

type TellerWorld = Noting & FallbackParts

/** One attempt at a time for each slot, and never too many in all. */
function createTeller(world: TellerWorld, onTold: (integration: string) => void) {
  let underWay = 0
  const run = async (slot: NotifiedSlot, pending: Pending) => {
    const { notification, integration, telling } = pending
    const startedMs = world.clock.monotonicMs()
    const outcome = await attempt(attemptedOf(pending), world.notifierOf(integration), world)
    const tookMs = world.clock.monotonicMs() - startedMs
    const nowMs = world.clock.nowMs()
    if (outcome.kind === 'delivered') {
      slot.told = { ...telling, sent_at: new Date(nowMs) }
      if (slot.pending === pending) slot.pending = undefined
      world.untold.told(telling.firing)
      onTold(integration.name)
    } else pending.nextAttemptMs = nowMs + pauseMs(outcome, pending.attempts, world.random)
    world.history.add(outcomeEvent({ row: rowOf(pending), outcome, tookMs }, nowMs))
    const about = { receiver: notification.receiver, group: notification.groupKey }
    world.log.info({ ...about, outcome: outcome.kind }, 'Told from memory: the store is away')
  }
  return (slot: NotifiedSlot, nowMs: number) => {
    const { pending } = slot
    if (pending === undefined || pending.nextAttemptMs > nowMs || slot.isBusy) return
    if (underWay >= limits.attemptsAtOnce) return
    underWay++
    slot.isBusy = true
    pending.attempts++
    void run(slot, pending).finally(() => {
      underWay--
      slot.isBusy = false
    })
  }
}

/** As the store would have it. */
const rowOf = ({ notification, telling, attempts, nextAttemptMs }: Pending) => ({
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
