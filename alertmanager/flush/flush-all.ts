/**
 * After a reload, as upstream has it: every group that has told something looks again at once, and
 * its interval begins anew. What is not new is not told, so a reload re-sends nothing.
 */
import { sql } from 'kysely'
import { table } from '../store/transaction.ts'
import type { World } from '../world.ts'

export async function flushAll({ db, clock }: Pick<World, 'db' | 'clock'>): Promise<void> {
  const now = new Date(clock.nowMs())
  await sql`
    update ${table('groups')} set next_flush_at = ${now}
    where flushed_at is not null and next_flush_at > ${now}`.execute(db)
}
