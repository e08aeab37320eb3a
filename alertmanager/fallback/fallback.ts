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
import { bareName } from '../damping/flapping.ts'
import type { DeliverWorld } from '../delivery/deliver.ts'
import { notificationOf } from '../delivery/message.ts'
import { planFor, slotKey } from '../flush/dedup.ts'
import type { Flush } from '../flush/flush.ts'
import type { Inhibition } from '../flush/inhibition.ts'
import { expiryOf, plannedEvent, writeLog } from '../flush/outbox.ts'
import { createHistoryBacklog, type HistoryBacklog } from '../history/backlog.ts'
import { writeHistory } from '../history/ledger.ts'
import { onFallback } from '../pipeline.ts'
import type { SilenceIndex } from '../silences/silences.ts'
import type { LogRow, Tx } from '../store/tables.ts'
import { inTransaction, recordset, table } from '../store/transaction.ts'
import type { World } from '../world.ts'
import { addGroups, type FallbackGroups, takeDue } from './groups.ts'
import type { Pending, ToldFromMemory } from './slots.ts'
import { createTeller, rowOf } from './teller.ts'
import type { ToldLog } from './told-log.ts'
import type { Untold } from './untold.ts'

export interface Fallback {
  readonly loop: Loop
  /** Takes back what an earlier life told from memory and the store has not heard of. */
  open(): Promise<void>
  /** Writes what was told to the notification log, and forgets it. Rejects while that fails. */
  reconcile(): Promise<void>
  /** The store has gone again: from now on it is told from memory once more. */
  resume(): void
}

export interface FallbackParts extends DeliverWorld {
  readonly roster: Roster
  readonly untold: Untold
  readonly inhibition: () => Inhibition
  readonly silences: SilenceIndex
  readonly toldLog: ToldLog
  /** In milliseconds; 0: it is there. */
  readonly storeAwayForMs: () => number
}

const limits = {
  everyMs: 500,
  /** A store that restarts is back by then. */
  patienceMs: 5000,
}

export function createFallback(world: World, parts: FallbackParts): Fallback {
  const groups: FallbackGroups = new Map()
  const earlier: Earlier = new Map()
  const told = world.metrics.counter(
    'zstone_alertmanager_told_from_memory_total',
    'Notifications that were delivered while the store was away.',
    ['integration'],
  )
  const history = createHistoryBacklog()
  const onTold = (integration: string) => told.inc({ integration })
  const teller = createTeller({ ...world, ...parts, history }, onTold)
  let isPaused = false
  const pass = async () => {
    if (isPaused || parts.storeAwayForMs() <= limits.patienceMs) return
    const nowMs = world.clock.nowMs()
    const config = world.config()
    addGroups(groups, untoldAlerts(parts, nowMs), { config, nowMs })
    const due = takeDue(groups, parts.roster.all(), { config, nowMs })
    const inhibition = parts.inhibition()
    const held = await onFallback({ ...world, ...parts, inhibition, nowMs }).run(due)
    for (const flush of held) plan(groups, flush, { ...world, history, earlier })
    for (const group of groups.values())
      for (const slot of group.slots.values()) teller.tell(slot, nowMs)
  }
  return {
    loop: createLoop({ name: 'alerts without the store', everyMs: limits.everyMs, pass }, world),
    async open() {
      for (const row of await parts.toldLog.read()) {
        earlier.set(slotKey(row), row)
        parts.untold.told(row.firing)
        parts.untold.toldFromMemory(row.firing)
      }
    },
    resume() {
      isPaused = false
    },
    async reconcile() {
      isPaused = true
      await teller.ended()
      const slots = [...groups.values()].flatMap(({ slots: each }) => [...each.values()])
      const here = new Map(slots.flatMap(({ told }) => (told ? [[slotKey(told), told]] : [])))
      const rows = [...new Map([...earlier, ...here]).values()]
      if (rows.length + history.events.length === 0) return
      await inTransaction(world.db, { ...world, attempts: 1 }, async (tx) => {
        await writeHistory(tx, history.events)
        await writeTold(tx, rows, world.clock.nowMs())
      })
      await parts.toldLog.clear()
      history.clear()
      groups.clear()
      earlier.clear()
    },
  }
}

async function writeTold(tx: Tx, all: readonly ToldFromMemory[], nowMs: number): Promise<void> {
  const { rows: last } = await sql<{ readonly epoch: number }>`
    select nextval('alertmanager.epochs') as epoch`.execute(tx)
  const epoch = last[0]?.epoch ?? 0
  const known = await knownOf(tx, all)
  // After a crash between the commit and the removal of our own log the store knows them already.
  const rows = all.filter((row) => !(row.sent_at <= (known.get(slotKey(row))?.sent_at ?? 0)))
  await supersede(tx, rows, nowMs)
  // With what the store had told as firing before it went away: its end is still owed.
  const owing = rows.map((row) => ({ ...row, held: owedBesides(row, known.get(slotKey(row))) }))
  await writeLog(
    tx,
    owing.map((row) => ({ ...row, epoch })),
  )
}

/** What was due when the store went away has been told since, or is overtaken. */
async function supersede(tx: Tx, rows: readonly ToldFromMemory[], nowMs: number): Promise<void> {
  const slots = rows.map(({ group_id, integration, integration_index }) => ({
    group_id,
    integration,
    integration_index,
  }))
  await sql`
    update ${table('notifications')} as old
    set state = 'superseded', finished_at = ${new Date(nowMs)}
    from jsonb_to_recordset(${recordset(slots)})
      as slot(group_id text, integration text, integration_index integer)
    where old.group_id = slot.group_id and old.integration = slot.integration
      and old.integration_index = slot.integration_index and old.state = 'due'`.execute(tx)
}

async function knownOf(
  tx: Tx,
  rows: readonly ToldFromMemory[],
): Promise<ReadonlyMap<string, LogRow>> {
  const { rows: found } = await sql<LogRow>`
    select * from ${table('notification_log')}
    where group_id = any(${rows.map((row) => row.group_id)})`.execute(tx)
  return new Map(found.map((row) => [slotKey(row), row]))
}

type Said = Pick<LogRow, 'firing' | 'resolved' | 'held'>

/** What is held back after `now` was told: what it owes itself, and what it says nothing of. */
export function owedBesides(now: Said, earlier: Said | undefined): readonly string[] {
  const said = new Set([...now.firing, ...now.resolved])
  const open = [...now.held, ...(earlier?.firing ?? []), ...(earlier?.held ?? [])]
  return [...new Set(open)].filter((name) => !said.has(bareName(name)))
}

function untoldAlerts({ roster, untold }: FallbackParts, nowMs: number): readonly Alert[] {
  return [...untold.current(nowMs)].flatMap((fingerprint) => {
    const alert = roster.get(fingerprint)
    return alert === undefined || alert.endsAtMs <= nowMs ? [] : [alert]
  })
}

/** What an earlier life told, by the key of a slot. */
type Earlier = Map<string, ToldFromMemory>

type Noting = World & { readonly history: HistoryBacklog; readonly earlier: Earlier }

/** Sets what each integration has to be told now, in the place of what it was not told yet. */
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
    const before = world.earlier.get(key)
    const known = slots?.get(key) ?? { told: before, pending: undefined, isBusy: false }
    slots?.set(key, known)
    const { told, pending: due } = known
    const next = planFor({ flush, integration, slot, told, due: dueOf(due) })
    if (next?.kind === 'withdraw') known.pending = undefined
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
    const { untold } = next
    const pending = { notification, integration, telling, untold, attempts: 0, nextAttemptMs: atMs }
    world.history.add(plannedEvent(rowOf(pending), next, atMs))
    known.pending = pending
  }
}

const dueOf = (pending: Pending | undefined) =>
  pending && {
    firing: pending.telling.firing,
    resolved: pending.telling.resolved,
    untold: pending.untold,
  }
