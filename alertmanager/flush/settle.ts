/**
 * After everything was told: resolved alerts leave their groups, and groups without members end.
 * Locks alerts before groups, as arrival does. An alert that changed since the flush stays.
 */
import { sql } from 'kysely'
import { flappingName } from '../damping/flapping.ts'
import type { Ledger } from '../history/ledger.ts'
import type { Tx } from '../store/tables.ts'
import { recordset, table } from '../store/transaction.ts'
import { type Named, notificationEvent } from './outbox.ts'

export async function settle(tx: Tx, groupIds: readonly string[]): Promise<void> {
  if (groupIds.length === 0) return
  await removeResolved(tx, groupIds)
  await removeEmpty(tx, groupIds)
}

async function removeResolved(tx: Tx, groupIds: readonly string[]): Promise<void> {
  interface Pair {
    readonly group_id: string
    readonly fingerprint: string
  }
  const { rows: leaving } = await sql<Pair>`
    select member.group_id, member.fingerprint
    from ${table('members')} as member
    join ${table('alerts')} as alert using (fingerprint)
    join ${table('groups')} as g on g.id = member.group_id
    where member.group_id = any(${groupIds})
      and alert.ends_at <= g.flushed_at and alert.updated_at <= g.flushed_at
      and not exists (
        select from ${table('notifications')} as due
        where due.group_id = g.id and due.state = 'due'
      )
      -- Who was told that it flaps has to be told how that ended.
      and not exists (
        select from ${table('notification_log')} as log
        where log.group_id = g.id and log.expires_at > g.flushed_at
          and ${flappingName('')} || member.fingerprint = any(log.firing)
      )
    order by alert.fingerprint for no key update of alert`.execute(tx)
  if (leaving.length === 0) return
  await sql`
    delete from ${table('members')} as member
    using jsonb_to_recordset(${recordset(leaving)}) as leaving(group_id text, fingerprint text)
    where member.group_id = leaving.group_id and member.fingerprint = leaving.fingerprint`.execute(
    tx,
  )
}

async function removeEmpty(tx: Tx, groupIds: readonly string[]): Promise<void> {
  const { rows: locked } = await sql<{ readonly id: string }>`
    select id from ${table('groups')} as g
    where id = any(${groupIds})
      and not exists (select from ${table('members')} as member where member.group_id = g.id)
    order by id for update`.execute(tx)
  if (locked.length === 0) return
  // A second look, now that nobody can join: the first one saw the time before the lock.
  await sql`
    delete from ${table('groups')} as g
    where id = any(${locked.map(({ id }) => id)})
      and not exists (select from ${table('members')} as member where member.group_id = g.id)
      and not exists (
        select from ${table('notifications')} as due
        where due.group_id = g.id and due.state = 'due'
      )`.execute(tx)
}

interface OrphansWorld {
  readonly tx: Tx
  readonly ledger: Ledger
  readonly nowMs: number
}

/** Ends groups that no route leads to any more, with what they still had to tell. */
export async function removeOrphans(
  { tx, ledger, nowMs }: OrphansWorld,
  groupIds: readonly string[],
): Promise<void> {
  if (groupIds.length === 0) return
  const { rows } = await sql<Named>`
    update ${table('notifications')} set state = 'dropped', finished_at = ${new Date(nowMs)}
    where group_id = any(${groupIds}) and state = 'due'
    returning id, group_id, receiver, integration, integration_index`.execute(tx)
  for (const row of rows) ledger.add({ ...notificationEvent(row, nowMs), kind: 'dropped' })
  await sql`
    select from ${table('groups')} where id = any(${groupIds}) order by id for update`.execute(tx)
  await sql`delete from ${table('members')} where group_id = any(${groupIds})`.execute(tx)
  await sql`delete from ${table('groups')} where id = any(${groupIds})`.execute(tx)
}
