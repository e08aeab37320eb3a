/** Deletes finished jobs and resolved alerts that are past retention, a batch at a time. */
import { sql as raw } from 'kysely'
import { createLoop, type Loop } from '#lib/loop'
import type { Sql } from '../store/database.ts'
import type { LoopsWorld } from './world.ts'

const rowsPerBatch = 1000

export function forgetOldJobs(world: LoopsWorld): Loop {
  return createLoop(
    {
      name: 'forget old jobs',
      everyMs: world.every.forgetMs,
      async pass(signal) {
        const beforeMs = world.clock.nowMs() - world.retentionMs
        while (!signal.aborted) {
          const count = await world.jobs.forgetFinished(beforeMs, rowsPerBatch)
          if (count < rowsPerBatch) break
        }
        await forgetResolved(world.sql, beforeMs)
      },
    },
    world,
  )
}

async function forgetResolved(sql: Sql, beforeMs: number): Promise<void> {
  const old = sql
    .selectFrom('resource')
    .select('id')
    .where('kind', '=', 'alert')
    .where(raw<boolean>`fields ->> 'state' = 'resolved'`)
    .where('updated_at', '<', new Date(beforeMs))
    .limit(rowsPerBatch)
  await sql.deleteFrom('resource').where('id', 'in', old).execute()
}
