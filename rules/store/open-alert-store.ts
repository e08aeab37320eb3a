/** Alert state in PostgreSQL, schema `rules`. */
import type { Kysely, Selectable } from 'kysely'
import { fingerprint, type Labels } from '#lib/labels'
import { jsonb, openDatabase } from '#lib/sql/database'
import { migrate } from '#lib/sql/migrate'
import type { AlertStore, StoredAlert } from './alert-store.ts'

export interface OpenAlertStore extends AlertStore {
  close(): Promise<void>
}

interface AlertTable {
  rule_id: string
  fingerprint: string
  labels: Labels
  annotations: Labels
  state: 'pending' | 'firing' | 'resolved'
  value: number
  active_at: Date
  fired_at: Date | null
  resolved_at: Date | null
  keep_firing_since: Date | null
  traceparent: string | null
}

interface Tables {
  alert: AlertTable
}

/** Rows in one statement: PostgreSQL takes 65,535 parameters, a row has eleven. */
const rowsAtOnce = 1000

/** Migrates, then connects. */
export async function openAlertStore(databaseUrl: string): Promise<OpenAlertStore> {
  await migrate(databaseUrl, {
    schema: 'rules',
    folder: new URL('./migrations/', import.meta.url),
  })
  const database = openDatabase<Tables>(databaseUrl, { name: 'zstone rules', connections: 2 })
  const db = database.db.withSchema('rules')
  return {
    async load() {
      return (await db.selectFrom('alert').selectAll().execute()).map(storedOf)
    },
    async save(changed) {
      const newest = new Map(
        changed.map((one) => [`${fingerprint(one.labels)} ${one.ruleId}`, one]),
      )
      const all = [...newest.values()]
      await db.transaction().execute(async (transaction) => {
        for (let i = 0; i < all.length; i += rowsAtOnce)
          await write(transaction, all.slice(i, i + rowsAtOnce))
      })
    },
    close: () => database.close(),
  }
}

async function write(db: Kysely<Tables>, changed: readonly StoredAlert[]): Promise<void> {
  const gone = changed.filter(({ alert }) => alert === undefined)
  const rows = changed.flatMap((one) => rowOf(one) ?? [])
  if (gone.length > 0)
    await db
      .deleteFrom('alert')
      .where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple('rule_id', 'fingerprint'),
          'in',
          gone.map(({ ruleId, labels }) => tuple(ruleId, fingerprint(labels))),
        ),
      )
      .execute()
  if (rows.length > 0)
    await db
      .insertInto('alert')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['rule_id', 'fingerprint']).doUpdateSet((eb) => ({
          annotations: eb.ref('excluded.annotations'),
          state: eb.ref('excluded.state'),
          value: eb.ref('excluded.value'),
          active_at: eb.ref('excluded.active_at'),
          fired_at: eb.ref('excluded.fired_at'),
          resolved_at: eb.ref('excluded.resolved_at'),
          keep_firing_since: eb.ref('excluded.keep_firing_since'),
          traceparent: eb.ref('excluded.traceparent'),
        })),
      )
      .execute()
}

function rowOf({ ruleId, labels, alert }: StoredAlert) {
  if (alert === undefined) return undefined
  return {
    rule_id: ruleId,
    fingerprint: fingerprint(labels),
    labels: jsonb(labels),
    annotations: jsonb(alert.annotations),
    state: alert.state,
    value: alert.value,
    active_at: new Date(alert.activeAtMs),
    fired_at: dateOf(alert.firedAtMs),
    resolved_at: dateOf(alert.resolvedAtMs),
    keep_firing_since: dateOf(alert.keepFiringSinceMs),
    traceparent: alert.traceparent ?? null,
  }
}

function storedOf(row: Selectable<AlertTable>): StoredAlert {
  return {
    ruleId: row.rule_id,
    labels: row.labels,
    alert: {
      annotations: row.annotations,
      state: row.state,
      value: row.value,
      activeAtMs: row.active_at.getTime(),
      ...(row.fired_at === null ? {} : { firedAtMs: row.fired_at.getTime() }),
      ...(row.resolved_at === null ? {} : { resolvedAtMs: row.resolved_at.getTime() }),
      ...(row.keep_firing_since === null
        ? {}
        : { keepFiringSinceMs: row.keep_firing_since.getTime() }),
      ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
    },
  }
}

const dateOf = (ms: number | undefined) => (ms === undefined ? null : new Date(ms))
