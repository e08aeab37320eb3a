/** The rows of some groups: their alerts, what was told of them and what is to be told. */
import { sql } from 'kysely'
import { isResolved } from '../alert.ts'
import { slotKey } from '../flush/dedup.ts'
import type { FlushedAlert } from '../flush/flush.ts'
import { membersOf } from '../flush/flush.ts'
import type { AlertDb, GroupRow, LogRow, NotificationRow } from '../store/tables.ts'
import { table } from '../store/transaction.ts'

export interface GroupRows {
  readonly groups: ReadonlyMap<string, GroupRow>
  readonly members: ReadonlyMap<string, readonly FlushedAlert[]>
  /** By the key of a slot. */
  readonly told: ReadonlyMap<string, LogRow>
  readonly due: ReadonlyMap<string, NotificationRow>
}

export async function readGroups(
  db: AlertDb,
  groupIds: readonly string[],
  nowMs: number,
): Promise<GroupRows> {
  // One moment for all of them, so that they fit each other.
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const { rows: groups } = await sql<GroupRow>`
        select * from ${table('groups')} where id = any(${groupIds})`.execute(tx)
      const { rows: told } = await sql<LogRow>`
        select * from ${table('notification_log')} where group_id = any(${groupIds})`.execute(tx)
      const { rows: due } = await sql<NotificationRow>`
        select * from ${table('notifications')}
        where group_id = any(${groupIds}) and state = 'due'`.execute(tx)
      const members = new Map(
        [...(await membersOf(tx, groupIds))].map(([id, entries]) => [
          id,
          entries.map((entry) => ({ ...entry, resolved: isResolved(entry.alert, nowMs) })),
        ]),
      )
      return {
        groups: new Map(groups.map((row) => [row.id, row])),
        members,
        told: new Map(told.map((row) => [slotKey(row), row])),
        due: new Map(due.map((row) => [slotKey(row), row])),
      }
    })
}
