/** Removes what is older than the retention: a batch at a time, the oldest first. */
import { sql } from 'kysely'
import { createLoop, type Loop } from '#lib/loop'
import { table } from '../store/transaction.ts'
import type { World } from '../world.ts'

const limits = { everyMs: 60_000, rowsABatch: 10_000, batchesAPass: 50 }

export function createPruning(world: World): Loop {
  const { db, clock, historyRetentionMs } = world
  const pass = async (stop: AbortSignal) => {
    const before = new Date(clock.nowMs() - historyRetentionMs)
    for (const prune of [pruneEvents, prunePastAlerts])
      for (let batch = 0; batch < limits.batchesAPass && !stop.aborted; batch++)
        if ((await prune(db, before)) < limits.rowsABatch) break
  }
  return createLoop({ name: 'alert history', everyMs: limits.everyMs, pass }, world)
}

async function pruneEvents(db: World['db'], before: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from ${table('history')} where ctid = any(array(
      select ctid from ${table('history')} where at < ${before}
      order by at, id limit ${limits.rowsABatch}
    ))`.execute(db)
  return Number(numAffectedRows ?? 0)
}

/** An alert ends after all that is told of it, but for what others were told of it later. */
async function prunePastAlerts(db: World['db'], before: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from ${table('past_alerts')} where ctid = any(array(
      select ctid from ${table('past_alerts')} where ends_at < ${before}
      order by ends_at limit ${limits.rowsABatch}
    ))`.execute(db)
  return Number(numAffectedRows ?? 0)
}
