/**
 * Where instances share a store: what the others have written becomes known here. Rows name the
 * transaction that wrote them. Every one before the oldest that still ran at the last look has been
 * seen, so asking from there on misses nothing; a row seen twice changes nothing.
 */
import { sql } from 'kysely'
import { sharedLook } from '../store/shared-look.ts'
import type { AlertRow } from '../store/tables.ts'
import { table } from '../store/transaction.ts'
import type { World } from '../world.ts'
import { keptOf } from './keep.ts'
import type { Roster } from './roster.ts'

export interface Follow {
  /** A look that begins after the call; calls that come together share it. */
  refresh(): Promise<void>
}

export function createFollow({ db }: Pick<World, 'db'>, roster: Roster): Follow {
  let from: string | undefined
  const look = async () => {
    const oldest = await oldestRunning(db)
    if (from !== undefined) {
      const { rows } = await sql<AlertRow>`
        select * from ${table('alerts')} where written_in >= ${from}::xid8`.execute(db)
      roster.learn(rows.map(keptOf))
    }
    from = oldest
  }
  return { refresh: sharedLook(look) }
}

/** Asked before the rows: what commits in between is then seen twice, and never not at all. */
async function oldestRunning(db: World['db']): Promise<string> {
  const { rows } = await sql<{ readonly oldest: string }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as oldest`.execute(db)
  return rows[0]?.oldest ?? '0'
}
