/** Stage `inhibit`: marks alerts that a firing source of an inhibition rule holds back. */
import { sql } from 'kysely'
import { type Labels, labelsKey } from '#lib/labels'
import type { Stage } from '#lib/pipeline'
import type { AlertConfig } from '../config/config.ts'
import type { Tx } from '../store/tables.ts'
import { recordset, table } from '../store/transaction.ts'
import type { Flush } from './flush.ts'
import { createInhibition, type Source, sourcesWanted } from './inhibition.ts'

export interface InhibitWorld {
  readonly tx: Tx
  readonly config: AlertConfig
  readonly nowMs: number
}

export function inhibit(world: InhibitWorld): Stage<Flush> {
  const rules = world.config.inhibitRules
  return {
    name: 'inhibit',
    async run(batch) {
      if (rules.length === 0) return batch
      const wanted = new Map<string, Labels>()
      for (const { alerts } of batch)
        for (const { alert } of alerts)
          for (const labels of sourcesWanted(rules, alert.labels))
            wanted.set(labelsKey(labels), labels)
      if (wanted.size === 0) return batch
      const inhibitors = createInhibition(rules, await firing(world, [...wanted.values()]))
      return batch.map((flush) => ({
        ...flush,
        alerts: flush.alerts.map((entry) =>
          inhibitors(entry.alert.labels).length === 0
            ? entry
            : { ...entry, heldBy: 'inhibition' as const },
        ),
      }))
    },
  }
}

/** Firing alerts that have the labels of one of `wanted`: a look-up each in the index on labels. */
async function firing(
  { tx, nowMs }: InhibitWorld,
  wanted: readonly Labels[],
): Promise<readonly Source[]> {
  const { rows } = await sql<Source>`
    select distinct on (source.fingerprint) source.fingerprint, source.labels
    from jsonb_to_recordset(${recordset(wanted.map((labels) => ({ labels })))})
      as wanted(labels jsonb)
    cross join lateral (
      select fingerprint, labels from ${table('alerts')} as alert
      where alert.labels @> wanted.labels and alert.ends_at > ${new Date(nowMs)}
    ) as source`.execute(tx)
  return rows
}
