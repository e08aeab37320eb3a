/**
 * Stage `outbox`: writes what is to be told. There is one due notification for a slot at most; a
 * newer one takes the place of what was not delivered, because it says how things are now.
 */
import { sql } from 'kysely'
import type { Stage } from '#lib/pipeline'
import type { WakeUp } from '#lib/queue/queue'
import type { AlertConfig } from '../config/config.ts'
import { bareName } from '../damping/flapping.ts'
import { type ClaimedRow, leaseMs } from '../delivery/delivery.ts'
import { laneOfKey, notificationOf } from '../delivery/message.ts'
import { type EventKind, integrationName } from '../history/event.ts'
import type { Ledger } from '../history/ledger.ts'
import type { LogRow, NotificationRow, Slot, Tx } from '../store/tables.ts'
import { recordset, table } from '../store/transaction.ts'
import type { Flush, Plan } from './flush.ts'

export interface OutboxWorld {
  readonly tx: Tx
  readonly ledger: Ledger
  readonly nowMs: number
  readonly externalUrl: string
  readonly config: Pick<AlertConfig, 'templates'>
  readonly retentionMs: number
  readonly afterCommit: (wakeUp: WakeUp) => void
  /** How many attempts could start at once in this process, by lane. */
  readonly freePlaces: (lane: string) => number
  /** Takes notifications whose first attempt begins once the transaction has committed. */
  readonly attemptNow: (row: ClaimedRow) => void
}

export function outbox(world: OutboxWorld): Stage<Flush> {
  return {
    name: 'outbox',
    async run(batch) {
      const plans = batch.flatMap((flush) => flush.plans.map((plan) => ({ flush, plan })))
      const places = countPlaces(world)
      const told = plans.flatMap(({ flush, plan }) =>
        plan.kind === 'tell' ? [dueRow(flush, plan, { ...world, places })] : [],
      )
      await finish(
        world,
        'superseded',
        told.filter(({ isBusy }) => isBusy),
      )
      await finish(world, 'withdrawn', slotsOf(plans, ['withdraw', 'forget']))
      const forgotten = plans.filter(({ plan }) => plan.kind === 'forget')
      await writeLog(
        world.tx,
        forgotten.map(({ flush, plan }) => logRow(flush, plan, world)),
      )
      const rows = told.map(({ row }) => row)
      await insert(world, rows)
      for (const row of rows) world.ledger.add(plannedEvent(row, row, world.nowMs))
      for (const row of rows)
        if (row.leased_until === null) world.afterCommit(deliveryWakeUp(row))
        else world.attemptNow(row)
      return batch
    },
  }
}

export const deliveryWakeUp = (
  { id, attempts }: Pick<NotificationRow, 'id' | 'attempts'>,
  delayMs = 0,
): WakeUp => ({ jobId: `${id}-${attempts}`, rowId: id, delayMs })

/** Entries that a later epoch wrote stay as they are. */
export async function writeLog(tx: Tx, rows: readonly LogRow[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into ${table('notification_log')} as log (group_id, integration, integration_index,
      group_key, receiver, epoch, sent_at, firing, resolved, held, expires_at, memory)
    select group_id, integration, integration_index, group_key, receiver, epoch, sent_at,
      firing, resolved, held, expires_at, coalesce(memory, (
        select memory from ${table('notification_log')} as earlier
        where earlier.group_id = told.group_id and earlier.integration = told.integration
          and earlier.integration_index = told.integration_index
      ), '{}')
    from jsonb_to_recordset(${recordset(rows)}) as told(group_id text, integration text,
      integration_index integer, group_key text, receiver text, epoch bigint,
      sent_at timestamptz, firing text[], resolved text[], held text[], expires_at timestamptz,
      memory jsonb)
    on conflict (group_id, integration, integration_index) do update
    set epoch = excluded.epoch, sent_at = excluded.sent_at, firing = excluded.firing,
      resolved = excluded.resolved, held = excluded.held, expires_at = excluded.expires_at,
      memory = excluded.memory
    where log.epoch <= excluded.epoch`.execute(tx)
}

interface Planned {
  readonly flush: Flush
  readonly plan: Plan
}

function slotsOf(plans: readonly Planned[], kinds: readonly Plan['kind'][]): readonly Slot[] {
  return plans.filter(({ plan }) => kinds.includes(plan.kind)).map(({ plan }) => plan.slot)
}

function logRow({ group }: Flush, plan: Plan, world: OutboxWorld): LogRow {
  const { slot, firing, resolved, held } = plan
  return {
    ...slot,
    group_key: group.key,
    receiver: group.receiver.name,
    epoch: group.epoch,
    sent_at: new Date(world.nowMs),
    firing,
    resolved,
    held,
    expires_at: expiryOf(group.route.repeatIntervalMs, world),
  }
}

interface DueRow extends Slot {
  readonly isBusy: boolean
  readonly row: ClaimedRow
}

/** Where nothing is in its way it is written as claimed: its first attempt needs no second look. */
function dueRow(
  flush: Flush,
  plan: Extract<Plan, { kind: 'tell' }>,
  world: OutboxWorld & { readonly places: Places },
): DueRow {
  const { sent_at, ...logged } = logRow(flush, plan, world)
  const payload = notificationOf(flush, plan, world)
  const id = payload.idempotencyKey
  const { isBusy, memory = {} } = plan.before
  const first = isBusy || !world.places.take(laneOfKey(id)) ? unclaimed : claimed(world.nowMs)
  const row = {
    ...logged,
    ...first,
    id,
    reason: plan.reason,
    payload,
    untold: plan.untold,
    state: 'due' as const,
    next_attempt_at: sent_at,
    last_error: null,
    created_at: sent_at,
    finished_at: null,
    memory,
  }
  return { ...plan.slot, isBusy, row }
}

const unclaimed = { attempts: 0, fence: 0, leased_until: null }
const claimed = (nowMs: number) => ({
  attempts: 1,
  fence: 1,
  leased_until: new Date(nowMs + leaseMs),
})

interface Places {
  take(lane: string): boolean
}

/** Nothing is reserved: who finds its place taken waits in its lane. */
function countPlaces({ freePlaces }: OutboxWorld): Places {
  const taken = new Map<string, number>()
  return {
    take(lane) {
      const count = (taken.get(lane) ?? 0) + 1
      if (count > freePlaces(lane)) return false
      taken.set(lane, count)
      return true
    },
  }
}

export const expiryOf = (
  repeatIntervalMs: number,
  { nowMs, retentionMs }: Pick<OutboxWorld, 'nowMs' | 'retentionMs'>,
) => new Date(nowMs + Math.min(2 * repeatIntervalMs, retentionMs))

/** An attempt that is under way keeps its lease: the next one waits for its end. */
async function finish(
  { tx, nowMs, ledger }: OutboxWorld,
  state: EventKind & NotificationRow['state'],
  slots: readonly Slot[],
): Promise<void> {
  if (slots.length === 0) return
  const { rows } = await sql<Named>`
    update ${table('notifications')} as old set state = ${state}, finished_at = ${new Date(nowMs)}
    from jsonb_to_recordset(${recordset(slots.map(bare))})
      as slot(group_id text, integration text, integration_index integer)
    where old.group_id = slot.group_id and old.integration = slot.integration
      and old.integration_index = slot.integration_index and old.state = 'due'
    returning old.id, old.group_id, old.receiver, old.integration, old.integration_index`.execute(
    tx,
  )
  for (const row of rows) ledger.add({ ...notificationEvent(row, nowMs), kind: state })
}

export type Named = Slot & Pick<NotificationRow, 'id' | 'receiver'>

/** What history calls a notification. */
export const notificationEvent = (row: Named, atMs: number) => ({
  atMs,
  groupId: row.group_id,
  receiver: row.receiver,
  integration: integrationName(row),
  notification: row.id,
})

type Content = Pick<NotificationRow, 'firing' | 'resolved'>

export const plannedEvent = (
  row: Named & Content & Pick<NotificationRow, 'group_key'>,
  { reason }: { readonly reason: string },
  nowMs: number,
) => ({
  ...notificationEvent(row, nowMs),
  kind: 'planned' as const,
  fingerprints: [...row.firing.map(bareName), ...row.resolved],
  details: {
    reason,
    groupKey: row.group_key,
    firing: row.firing.length,
    resolved: row.resolved.length,
  },
})

const bare = ({ group_id, integration, integration_index }: Slot): Slot => ({
  group_id,
  integration,
  integration_index,
})

async function insert({ tx }: OutboxWorld, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into ${table('notifications')} (id, group_id, group_key, receiver, integration,
      integration_index, epoch, reason, payload, firing, resolved, held, untold, expires_at,
      next_attempt_at, created_at, attempts, fence, leased_until)
    select id, group_id, group_key, receiver, integration, integration_index, epoch, reason,
      payload, firing, resolved, held, untold, expires_at, next_attempt_at, created_at,
      attempts, fence, leased_until
    from jsonb_to_recordset(${recordset(rows)}) as due(id text, group_id text, group_key text,
      receiver text, integration text, integration_index integer, epoch bigint, reason text,
      payload jsonb, firing text[], resolved text[], held text[], untold text[],
      expires_at timestamptz, next_attempt_at timestamptz, created_at timestamptz,
      attempts integer, fence integer, leased_until timestamptz)`.execute(tx)
}
