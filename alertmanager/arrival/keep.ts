/** Stage `keep`: merges alerts with what is stored, writes what changed, and drops the rest. */
import { sql } from 'kysely'
import type { Stage } from '#lib/pipeline'
import { type Alert, type Arrival, isUnchanged, mergeAlerts } from '../alert.ts'
import { type AlertRow, alertOf, rowOf, type Tx } from '../store/tables.ts'
import { recordset, StaleRead, table } from '../store/transaction.ts'

export function keep({ tx }: { readonly tx: Tx }): Stage<Arrival> {
  return {
    name: 'keep',
    async run(batch) {
      const newest = foldByFingerprint(batch)
      const stored = await readStored(tx, [...newest.keys()])
      const changed = [...newest.values()].flatMap((arrival) => {
        const { alert, receivedAtMs } = arrival
        const before = stored.get(alert.fingerprint)
        if (before === undefined) return [arrival]
        const merged = mergeAlerts(before.alert, alert, receivedAtMs)
        const same = isUnchanged(before.alert, merged, receivedAtMs)
        return same ? [] : [{ ...arrival, alert: merged }]
      })
      const fingerprintOf = ({ alert }: Checked) => alert.fingerprint
      await insert(
        tx,
        changed.filter((arrival) => !stored.has(fingerprintOf(arrival))),
      )
      await update(
        tx,
        changed.filter((arrival) => stored.has(fingerprintOf(arrival))),
        stored,
      )
      return changed
    },
  }
}

type Checked = Arrival & { readonly alert: Alert }

interface Stored {
  readonly alert: Alert
  readonly revision: number
}

/** In the order of fingerprints: whoever locks alerts does it in this order. */
function foldByFingerprint(batch: readonly Arrival[]): ReadonlyMap<string, Checked> {
  const folded = new Map<string, Checked>()
  for (const arrival of batch) {
    const { alert, receivedAtMs } = arrival
    if (alert === undefined) continue
    const earlier = folded.get(alert.fingerprint)?.alert
    const merged = earlier === undefined ? alert : mergeAlerts(earlier, alert, receivedAtMs)
    folded.set(alert.fingerprint, { ...arrival, alert: merged })
  }
  return new Map([...folded].sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function readStored(
  tx: Tx,
  fingerprints: readonly string[],
): Promise<ReadonlyMap<string, Stored>> {
  const { rows } = await sql<AlertRow>`
    select * from ${table('alerts')} where fingerprint = any(${fingerprints})`.execute(tx)
  return new Map(
    rows.map((row) => [row.fingerprint, { alert: alertOf(row), revision: row.revision }]),
  )
}

const columns = sql`fingerprint text, labels jsonb, annotations jsonb, generator_url text,
  starts_at timestamptz, ends_at timestamptz, end_is_guess boolean, updated_at timestamptz,
  revision integer`

async function insert(tx: Tx, arrivals: readonly Checked[]): Promise<void> {
  if (arrivals.length === 0) return
  const rows = arrivals.map(({ alert }) => rowOf(alert))
  const { rows: inserted } = await sql`
    insert into ${table('alerts')} (fingerprint, labels, annotations, generator_url, starts_at,
      ends_at, end_is_guess, updated_at)
    select fingerprint, labels, annotations, generator_url, starts_at, ends_at, end_is_guess,
      updated_at
    from jsonb_to_recordset(${recordset(rows)}) as arrived(${columns})
    on conflict do nothing returning 1`.execute(tx)
  if (inserted.length < rows.length) throw new StaleRead('another writer stored an alert first')
}

async function update(
  tx: Tx,
  arrivals: readonly Checked[],
  stored: ReadonlyMap<string, Stored>,
): Promise<void> {
  if (arrivals.length === 0) return
  const rows = arrivals.map(({ alert }) => ({
    ...rowOf(alert),
    revision: stored.get(alert.fingerprint)?.revision,
  }))
  const { rows: updated } = await sql`
    with locked as materialized (
      select alert.fingerprint from ${table('alerts')} as alert
      where alert.fingerprint = any(${rows.map((row) => row.fingerprint)})
      order by alert.fingerprint for no key update
    )
    update ${table('alerts')} as alert
    set annotations = arrived.annotations, generator_url = arrived.generator_url,
      starts_at = arrived.starts_at, ends_at = arrived.ends_at,
      end_is_guess = arrived.end_is_guess, updated_at = arrived.updated_at,
      revision = alert.revision + 1
    from locked
      join jsonb_to_recordset(${recordset(rows)}) as arrived(${columns}) using (fingerprint)
    where alert.fingerprint = locked.fingerprint and alert.revision = arrived.revision
    returning 1`.execute(tx)
  if (updated.length < rows.length) throw new StaleRead('another writer changed an alert first')
}
