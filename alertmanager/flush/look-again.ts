/**
 * After a reload, as upstream has it: every group that has told something looks again at once, and
 * its interval begins anew. What is not new is not told, so a reload re-sends nothing.
 */
import { sql } from 'kysely'
import type { WakeUp } from '#lib/queue/queue'
import { flushWakeUp } from '../arrival/group.ts'
import type { GroupRow } from '../store/tables.ts'
import { table } from '../store/transaction.ts'
import type { World } from '../world.ts'

export async function lookAgain({
  db,
  clock,
}: Pick<World, 'db' | 'clock'>): Promise<readonly WakeUp[]> {
  const nowMs = clock.nowMs()
  const { rows } = await sql<GroupRow>`
    update ${table('groups')} set next_flush_at = ${new Date(nowMs)}
    where flushed_at is not null and next_flush_at > ${new Date(nowMs)}
    returning *`.execute(db)
  return rows.map((row) => flushWakeUp(row, nowMs))
}
