/** A flush of one group: what goes down the list in `pipeline.ts`, and how a group is claimed. */
import { sql } from 'kysely'
import type { Labels } from '#lib/labels'
import { type Alert, isResolved } from '../alert.ts'
import type { Route } from '../arrival/routing.ts'
import type { AlertConfig } from '../config/config.ts'
import type { Receiver } from '../config/receiver.ts'
import { type AlertRow, alertOf, type GroupRow, type Slot, type Tx } from '../store/tables.ts'
import { recordset, table } from '../store/transaction.ts'
import type { Reason } from './decision.ts'

export interface Flush {
  readonly group: FlushedGroup
  readonly alerts: readonly FlushedAlert[]
  /** What each integration of the receiver has to be told; set by the stage that deduplicates. */
  readonly plans: readonly Plan[]
}

export interface FlushedGroup {
  readonly id: string
  readonly key: string
  readonly labels: Labels
  readonly epoch: number
  readonly route: Route
  readonly receiver: Receiver
  readonly atMs: number
  readonly nextFlushAt: Date
}

export interface FlushedAlert {
  readonly alert: Alert
  readonly resolved: boolean
  /** What holds its notification back. */
  readonly heldBy?: 'inhibition' | 'active time interval' | 'mute time interval' | 'silence'
}

interface PlanFor {
  readonly slot: Slot
  /** Alerts by fingerprint, as they are now and not held back. */
  readonly firing: readonly string[]
  readonly resolved: readonly string[]
  /** Told as firing before, and held back now. */
  readonly held: readonly string[]
}

export type Plan =
  | (PlanFor & {
      readonly kind: 'tell'
      readonly reason: Reason | 'owed'
      readonly alerts: readonly FlushedAlert[]
      readonly untold: readonly string[]
    })
  /** Nothing to send, but what fires no more has to leave the log. */
  | (PlanFor & { readonly kind: 'forget' })
  /** What waits to be delivered is not to be said any more. */
  | (PlanFor & { readonly kind: 'withdraw' })

export interface Claimed {
  readonly flushes: readonly Flush[]
  /** Groups whose route or receiver the configuration does not have any more. */
  readonly orphans: readonly string[]
}

interface ClaimWorld {
  readonly tx: Tx
  readonly config: AlertConfig
  readonly nowMs: number
}

/** Takes the due ones among `groupIds` and sets the time of their next flush. */
export async function claim(world: ClaimWorld, groupIds: readonly string[]): Promise<Claimed> {
  const { tx, config, nowMs } = world
  const now = new Date(nowMs)
  const { rows } = await sql<GroupRow>`
    select * from ${table('groups')} where id = any(${groupIds}) and next_flush_at <= ${now}
    order by id for no key update`.execute(tx)
  const known = rows.flatMap((row) => {
    const route = config.routes.get(row.route_id)
    const receiver = config.receivers.get(row.receiver)
    return route === undefined || receiver === undefined ? [] : [{ row, route, receiver }]
  })
  const next = known.map(({ row, route }) => ({
    id: row.id,
    next_flush_at: new Date(nowMs + route.groupIntervalMs),
  }))
  const epochs = await rearm(tx, next, now)
  const members = await membersOf(
    tx,
    known.map(({ row }) => row.id),
  )
  const flushes = known.map(({ row, route, receiver }) => ({
    group: {
      id: row.id,
      key: row.group_key,
      labels: row.labels,
      epoch: epochs.get(row.id) ?? row.epoch,
      route,
      receiver,
      atMs: nowMs,
      nextFlushAt: new Date(nowMs + route.groupIntervalMs),
    },
    alerts: (members.get(row.id) ?? []).map((alert) => ({
      alert,
      resolved: isResolved(alert, nowMs),
    })),
    plans: [],
  }))
  const taken = new Set(known.map(({ row }) => row.id))
  return { flushes, orphans: rows.map(({ id }) => id).filter((id) => !taken.has(id)) }
}

async function rearm(
  tx: Tx,
  next: readonly Pick<GroupRow, 'id' | 'next_flush_at'>[],
  now: Date,
): Promise<ReadonlyMap<string, number>> {
  if (next.length === 0) return new Map()
  const { rows } = await sql<Pick<GroupRow, 'id' | 'epoch'>>`
    update ${table('groups')} as g
    set epoch = nextval('alertmanager.epochs'), flushed_at = ${now},
      next_flush_at = next.next_flush_at
    from jsonb_to_recordset(${recordset(next)}) as next(id text, next_flush_at timestamptz)
    where g.id = next.id
    returning g.id, g.epoch`.execute(tx)
  return new Map(rows.map(({ id, epoch }) => [id, epoch]))
}

async function membersOf(
  tx: Tx,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Alert[]>> {
  const found = new Map<string, Alert[]>()
  if (groupIds.length === 0) return found
  const { rows } = await sql<AlertRow & { readonly group_id: string }>`
    select member.group_id, alert.*
    from ${table('members')} as member join ${table('alerts')} as alert using (fingerprint)
    where member.group_id = any(${groupIds})
    order by member.group_id, alert.fingerprint`.execute(tx)
  for (const row of rows) {
    const alerts = found.get(row.group_id)
    if (alerts === undefined) found.set(row.group_id, [alertOf(row)])
    else alerts.push(alertOf(row))
  }
  return found
}
