/** A flush of one group: what goes down the list in `pipeline.ts`, and how a group is claimed. */
import { sql } from 'kysely'
import type { Labels } from '#lib/labels'
import { type Alert, isResolved } from '../alert.ts'
import type { Route } from '../arrival/routing.ts'
import type { AlertConfig } from '../config/config.ts'
import type { Receiver } from '../config/receiver.ts'
import {
  type AlertRow,
  alertOf,
  type GroupRow,
  type LogRow,
  type Slot,
  type Tables,
  type Tx,
} from '../store/tables.ts'
import { table } from '../store/transaction.ts'
import type { TellReason } from './decision.ts'

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
  /** Absent: this is its first flush. */
  readonly lastFlushAtMs?: number | undefined
  readonly nextFlushAt: Date
}

export interface FlushedAlert {
  readonly alert: Alert
  readonly resolved: boolean
  /** What holds its notification back. */
  readonly heldBy?:
    | 'inhibition'
    | 'active time interval'
    | 'mute time interval'
    | 'silence'
    | 'flapping'
  /** Names of what does: fingerprints of sources, ids of silences, names of time intervals. */
  readonly holders?: readonly string[]
  /** What held it at the last flush, as history was told. */
  readonly heldUntilNow?: string | null | undefined
  /** When it fired, resolved, fired again …; the last ones. */
  readonly changedAtMs?: readonly number[]
  /** The acknowledgement that holds back its repeats. */
  readonly ack?: string
  /** It has just become worse than an acknowledged one was. */
  readonly isWorse?: true
}

/** What stands in the way of an attempt at once, and what the last one left. */
export interface Before {
  /** A notification is due, or an attempt is under way. */
  readonly isBusy: boolean
  readonly memory: LogRow['memory']
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
      readonly reason: TellReason
      readonly alerts: readonly FlushedAlert[]
      readonly untold: readonly string[]
      readonly before: Before
    })
  /** Nothing to send, but what fires no more has to leave the log. */
  | (PlanFor & { readonly kind: 'forget' })
  /** What waits to be delivered is not to be said any more. */
  | (PlanFor & { readonly kind: 'withdraw' })
  /** It would be time to repeat it, but somebody works on all of it. */
  | (PlanFor & { readonly kind: 'hold'; readonly heldBy: 'acknowledgement' })

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
  const rows = await rearm(world, groupIds)
  const known = rows.flatMap((row) => {
    const route = config.routes.get(row.route_id)
    const receiver = config.receivers.get(row.receiver)
    return route === undefined || receiver === undefined ? [] : [{ row, route, receiver }]
  })
  const members = await membersOf(
    tx,
    known.map(({ row }) => row.id),
  )
  const flushes = known.map(({ row, route, receiver }) => ({
    group: {
      id: row.id,
      key: row.group_key,
      labels: row.labels,
      epoch: row.epoch,
      route,
      receiver,
      atMs: nowMs,
      lastFlushAtMs: row.last_flush_at?.getTime(),
      nextFlushAt: row.next_flush_at,
    },
    alerts: (members.get(row.id) ?? []).map((member) => ({
      ...member,
      resolved: isResolved(member.alert, nowMs),
    })),
    plans: [],
  }))
  const taken = new Set(known.map(({ row }) => row.id))
  return { flushes, orphans: rows.map(({ id }) => id).filter((id) => !taken.has(id)) }
}

interface ClaimedGroup extends GroupRow {
  readonly last_flush_at: Date | null
}

async function rearm(
  { tx, config, nowMs }: ClaimWorld,
  groupIds: readonly string[],
): Promise<readonly ClaimedGroup[]> {
  const now = new Date(nowMs)
  const { rows } = await sql<ClaimedGroup>`
    with due as materialized (
      select id, route_id, flushed_at as last_flush_at from ${table('groups')}
      where id = any(${groupIds}) and next_flush_at <= ${now}
      order by id for no key update
    )
    update ${table('groups')} as g
    set epoch = nextval('alertmanager.epochs'), flushed_at = ${now},
      next_flush_at = ${now}::timestamptz
        + coalesce(route.interval_ms, 0) * interval '1 millisecond'
    from due left join jsonb_to_recordset(${intervalsOf(config)}::jsonb)
      as route(id text, interval_ms bigint) on route.id = due.route_id
    where g.id = due.id
    returning g.*, due.last_flush_at`.execute(tx)
  return [...rows].sort((a, b) => (a.id < b.id ? -1 : 1))
}

const intervals = new WeakMap<AlertConfig, string>()

function intervalsOf(config: AlertConfig): string {
  const known = intervals.get(config)
  if (known !== undefined) return known
  const rows = [...config.routes.values()].map(({ id, groupIntervalMs }) => ({
    id,
    interval_ms: groupIntervalMs,
  }))
  const text = JSON.stringify(rows)
  intervals.set(config, text)
  return text
}

type Member = Pick<FlushedAlert, 'alert' | 'heldUntilNow' | 'changedAtMs'>
type MemberRow = Tables['members']

export async function membersOf(
  tx: Tx,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Member[]>> {
  const found = new Map<string, Member[]>()
  if (groupIds.length === 0) return found
  const { rows } = await sql<AlertRow & MemberRow>`
    select member.group_id, member.held_by, alert.*
    from ${table('members')} as member join ${table('alerts')} as alert using (fingerprint)
    where member.group_id = any(${groupIds})
    order by member.group_id, alert.fingerprint`.execute(tx)
  for (const row of rows) {
    const alerts = found.get(row.group_id)
    const changedAtMs = row.changed_at.map((at) => at.getTime())
    const member = { alert: alertOf(row), heldUntilNow: row.held_by, changedAtMs }
    if (alerts === undefined) found.set(row.group_id, [member])
    else alerts.push(member)
  }
  return found
}
