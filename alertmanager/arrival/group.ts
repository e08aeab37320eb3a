/** Stage `group`: makes alerts members of aggregation groups, and starts the wait of new ones. */
import { sql } from 'kysely'
import type { Stage } from '#lib/pipeline'
import type { WakeUp } from '#lib/queue/queue'
import type { Alert } from '../alert.ts'
import type { GroupRow, Tx } from '../store/tables.ts'
import { recordset, StaleRead, table } from '../store/transaction.ts'
import type { Intaken } from './intaken.ts'
import { groupOf, type Route } from './routing.ts'

export interface GroupWorld {
  readonly tx: Tx
  /** Takes wake-ups that are sent once the transaction has committed. */
  readonly afterCommit: (wakeUp: WakeUp) => void
}

export function group({ tx, afterCommit }: GroupWorld): Stage<Intaken> {
  return {
    name: 'group',
    async run(batch) {
      const nowMs = Math.max(0, ...batch.map(({ storedAtMs }) => storedAtMs))
      const wakeUps = await join(tx, batch.flatMap(membershipsOf), nowMs)
      wakeUps.forEach(afterCommit)
      return batch
    },
  }
}

export interface Membership {
  readonly route: Route
  readonly alert: Alert
}

const membershipsOf = ({ alert, routes = [] }: Intaken): readonly Membership[] =>
  routes.map((taken) => ({ alert, route: taken }))

/** The wake-up for the next flush of a group. */
export function flushWakeUp(
  row: Pick<GroupRow, 'id' | 'epoch' | 'next_flush_at'>,
  nowMs: number,
): WakeUp {
  return {
    jobId: `${row.id}-${row.epoch}`,
    rowId: row.id,
    delayMs: Math.max(0, row.next_flush_at.getTime() - nowMs),
  }
}

export async function join(
  tx: Tx,
  memberships: readonly Membership[],
  nowMs: number,
): Promise<readonly WakeUp[]> {
  if (memberships.length === 0) return []
  const groups = new Map<string, NewGroup>()
  const members = memberships.map(({ route, alert }) => {
    const { id, key, labels } = groupOf(route, alert.labels)
    const before = groups.get(id)?.next_flush_at.getTime() ?? Number.POSITIVE_INFINITY
    const flushAt = new Date(Math.min(before, firstFlushMs(route, alert, nowMs)))
    const named = { id, group_key: key, route_id: route.id, receiver: route.receiver, labels }
    groups.set(id, { ...named, next_flush_at: flushAt })
    return { group_id: id, fingerprint: alert.fingerprint }
  })
  const rows = [...groups.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  const begun = await begin(tx, rows)
  const isNew = new Set(begun.map(({ id }) => id))
  const known = rows.filter(({ id }) => !isNew.has(id))
  await hold(tx, known)
  const hastened = await hasten(tx, known, nowMs)
  await sql`
    insert into ${table('members')} (group_id, fingerprint)
    select group_id, fingerprint
    from jsonb_to_recordset(${recordset(members)}) as member(group_id text, fingerprint text)
    on conflict do nothing`.execute(tx)
  return [...begun, ...hastened].map((row) => flushWakeUp(row, nowMs))
}

type NewGroup = Omit<GroupRow, 'epoch' | 'flushed_at'>
type Begun = Pick<GroupRow, 'id' | 'epoch' | 'next_flush_at'>

/**
 * An alert that is older than the wait has waited: after an outage nothing is held back again. The
 * wait of another begins when it arrived, not when the store heard of it.
 */
function firstFlushMs({ groupWaitMs }: Route, alert: Alert, nowMs: number): number {
  const arrivedMs = Math.min(nowMs, alert.updatedAtMs)
  return alert.startsAtMs + groupWaitMs <= nowMs ? nowMs : arrivedMs + groupWaitMs
}

async function begin(tx: Tx, groups: readonly NewGroup[]): Promise<readonly Begun[]> {
  const { rows } = await sql<Begun>`
    insert into ${table('groups')} (id, group_key, route_id, receiver, labels, epoch, next_flush_at)
    select id, group_key, route_id, receiver, labels,
      nextval('alertmanager.epochs'), next_flush_at
    from jsonb_to_recordset(${recordset(groups)}) as begun(id text, group_key text, route_id text,
      receiver text, labels jsonb, next_flush_at timestamptz)
    on conflict do nothing returning id, epoch, next_flush_at`.execute(tx)
  return rows
}

/** From now on none of them can be removed: the members that follow have a group. */
async function hold(tx: Tx, groups: readonly NewGroup[]): Promise<void> {
  if (groups.length === 0) return
  const { rows } = await sql`
    select from ${table('groups')} where id = any(${groups.map(({ id }) => id)})
    order by id for key share`.execute(tx)
  if (rows.length < groups.length) throw new StaleRead('a group ended while an alert joined it')
}

/** A group that still waits is flushed at once when an old alert joins it. */
async function hasten(
  tx: Tx,
  groups: readonly NewGroup[],
  nowMs: number,
): Promise<readonly Begun[]> {
  const now = new Date(nowMs)
  const old = groups.filter((row) => row.next_flush_at.getTime() <= nowMs).map(({ id }) => id)
  if (old.length === 0) return []
  const { rows } = await sql<Begun>`
    update ${table('groups')} set next_flush_at = ${now}, epoch = nextval('alertmanager.epochs')
    where id = any(${old}) and flushed_at is null and next_flush_at > ${now}
    returning id, epoch, next_flush_at`.execute(tx)
  return rows
}
