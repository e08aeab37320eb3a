/** Stage `keep`: writes alerts that changed; where another instance was first, merges with it. */
import { sql } from 'kysely'
import type { Stage } from '#lib/pipeline'
import { type Alert, isUnchanged, mergeAlerts } from '../alert.ts'
import { type AlertRow, alertOf, rowOf, type Tx } from '../store/tables.ts'
import { recordset, StaleRead, table } from '../store/transaction.ts'
import type { Intaken } from './intaken.ts'
import type { Kept } from './roster.ts'

export interface KeepWorld {
  readonly tx: Tx
  /** Is told what the rows say now. */
  readonly onKept: (rows: readonly Kept[]) => void
}

export function keep({ tx, onKept }: KeepWorld): Stage<Intaken> {
  return {
    name: 'keep',
    async run(batch) {
      // In the order of fingerprints: whoever locks alerts does it in this order.
      const sorted = [...batch].sort((a, b) => (fingerprintOf(a) < fingerprintOf(b) ? -1 : 1))
      const kept = new Map([
        ...(await insert(tx, sorted.filter(({ revision }) => revision === undefined).map(alertIn))),
        ...(await update(tx, sorted.filter(isKnown).map(keptIn))),
      ])
      const overtaken = sorted.filter((entry) => !kept.has(fingerprintOf(entry)))
      const merged = await mergeWithRows(tx, overtaken)
      const rows = [...kept, ...merged.rows].map(([, row]) => row)
      onKept(rows)
      const alerts = new Map(rows.map(({ alert }) => [alert.fingerprint, alert]))
      return sorted
        .filter((entry) => !merged.same.has(fingerprintOf(entry)))
        .map((entry) => ({
          ...entry,
          alert: alerts.get(fingerprintOf(entry)) ?? entry.alert,
          before: merged.before.get(fingerprintOf(entry))?.alert ?? entry.before,
        }))
    },
  }
}

const alertIn = ({ alert }: Intaken) => alert
const fingerprintOf = ({ alert }: Pick<Intaken, 'alert'>) => alert.fingerprint
const isKnown = (entry: Intaken): entry is Intaken & Kept => entry.revision !== undefined
const keptIn = ({ alert, revision }: Kept): Kept => ({ alert, revision })

type Rows = ReadonlyMap<string, Kept>

/** Another instance wrote these since they were last read. */
async function mergeWithRows(tx: Tx, entries: readonly Intaken[]) {
  const none: Rows = new Map()
  if (entries.length === 0) return { rows: none, before: none, same: new Set<string>() }
  const found = await readLocked(tx, entries.map(fingerprintOf))
  const same = new Set<string>()
  const changed: Kept[] = []
  const gone: Alert[] = []
  for (const { alert: known, arrived } of entries) {
    const row = found.get(arrived.fingerprint)
    if (row === undefined) {
      gone.push(known)
      continue
    }
    const alert = mergeAlerts(row.alert, arrived, arrived.updatedAtMs)
    if (isUnchanged(row.alert, alert, arrived.updatedAtMs)) same.add(alert.fingerprint)
    else changed.push({ alert, revision: row.revision })
  }
  const updated = await update(tx, changed)
  const inserted = await insert(tx, gone)
  if (inserted.size < gone.length) throw new StaleRead('an alert came, went and came again')
  const known = [...found].filter(([fingerprint]) => same.has(fingerprint))
  return { rows: new Map([...known, ...updated, ...inserted]), before: found, same }
}

async function readLocked(tx: Tx, fingerprints: readonly string[]): Promise<Rows> {
  const { rows } = await sql<AlertRow>`
    select * from ${table('alerts')} where fingerprint = any(${fingerprints})
    order by fingerprint for no key update`.execute(tx)
  return new Map(rows.map((row) => [row.fingerprint, keptOf(row)]))
}

export const keptOf = (row: AlertRow): Kept => ({ alert: alertOf(row), revision: row.revision })

const columns = sql`fingerprint text, labels jsonb, annotations jsonb, generator_url text,
  starts_at timestamptz, ends_at timestamptz, end_is_guess boolean, updated_at timestamptz,
  revision integer`

/** Answers with those that were not there yet. */
async function insert(tx: Tx, alerts: readonly Alert[]): Promise<Rows> {
  if (alerts.length === 0) return new Map()
  const { rows } = await sql<{ readonly fingerprint: string }>`
    insert into ${table('alerts')} (fingerprint, labels, annotations, generator_url, starts_at,
      ends_at, end_is_guess, updated_at, changed_at)
    select fingerprint, labels, annotations, generator_url, starts_at, ends_at, end_is_guess,
      updated_at, array[updated_at]
    from jsonb_to_recordset(${recordset(alerts.map(rowOf))}) as arrived(${columns})
    on conflict do nothing returning fingerprint`.execute(tx)
  const inserted = new Set(rows.map(({ fingerprint }) => fingerprint))
  return new Map(
    alerts
      .filter(({ fingerprint }) => inserted.has(fingerprint))
      .map((alert) => [alert.fingerprint, { alert, revision: 1 }]),
  )
}

/** One that fires again has two changes more: its end, and that. The last 64 are kept. */
const changedAt = sql`case
  when alert.ends_at <= arrived.updated_at and arrived.ends_at > arrived.updated_at
  then (alert.changed_at || array[alert.ends_at, arrived.updated_at])[
    greatest(1, cardinality(alert.changed_at) - 61):]
  else alert.changed_at end`

/** Answers with those that nobody had written in between. */
async function update(tx: Tx, entries: readonly Kept[]): Promise<Rows> {
  if (entries.length === 0) return new Map()
  const rows = entries.map(({ alert, revision }) => ({ ...rowOf(alert), revision }))
  const { rows: written } = await sql<{ readonly fingerprint: string; readonly revision: number }>`
    with locked as materialized (
      select alert.fingerprint from ${table('alerts')} as alert
      where alert.fingerprint = any(${rows.map((row) => row.fingerprint)})
      order by alert.fingerprint for no key update
    )
    update ${table('alerts')} as alert
    set annotations = arrived.annotations, generator_url = arrived.generator_url,
      starts_at = arrived.starts_at, ends_at = arrived.ends_at,
      end_is_guess = arrived.end_is_guess, updated_at = arrived.updated_at,
      changed_at = ${changedAt},
      revision = alert.revision + 1, written_in = pg_current_xact_id()
    from locked
      join jsonb_to_recordset(${recordset(rows)}) as arrived(${columns}) using (fingerprint)
    where alert.fingerprint = locked.fingerprint and alert.revision = arrived.revision
    returning alert.fingerprint, alert.revision`.execute(tx)
  const alerts = new Map(entries.map(({ alert }) => [alert.fingerprint, alert]))
  return new Map(
    written.flatMap(({ fingerprint, revision }) => {
      const alert = alerts.get(fingerprint)
      return alert === undefined ? [] : [[fingerprint, { alert, revision }] as const]
    }),
  )
}
