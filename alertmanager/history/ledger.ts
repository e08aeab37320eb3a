/** Collects what a transaction does, and writes it into the history by one statement. */
import { sql } from 'kysely'
import type { Tx } from '../store/tables.ts'
import { inTransaction, recordset, table } from '../store/transaction.ts'
import type { World } from '../world.ts'
import type { HistoryEvent } from './event.ts'

export interface Ledger {
  add(event: HistoryEvent): void
}

export const inLedgerTransaction = <T>(
  world: Pick<World, 'db' | 'clock' | 'random'> & { readonly attempts?: number },
  run: (tx: Tx, ledger: Ledger) => Promise<T>,
): Promise<T> => inTransaction(world.db, world, (tx) => withLedger(tx, (ledger) => run(tx, ledger)))

/** Runs what belongs to one transaction; what it adds is written at its end. */
async function withLedger<T>(tx: Tx, run: (ledger: Ledger) => Promise<T>): Promise<T> {
  const events: HistoryEvent[] = []
  const result = await run({ add: (event) => void events.push(event) })
  await writeHistory(tx, events)
  return result
}

export async function writeHistory(tx: Tx, events: readonly HistoryEvent[]): Promise<void> {
  if (events.length === 0) return
  // In the order of time, in which the index by time grows at its end: half the price.
  const sorted = [...events].sort((a, b) => a.atMs - b.atMs)
  // What most of them are takes a statement that says no more than it has to.
  const isLean = sorted.every(isBare)
  await (isLean ? writeBare(tx, sorted) : writeFull(tx, sorted))
}

const isBare = ({ kind, atMs, fingerprint, ...rest }: HistoryEvent) =>
  Object.keys(rest).length === 0 && fingerprint !== undefined

async function writeBare(tx: Tx, events: readonly HistoryEvent[]): Promise<void> {
  await sql`
    insert into ${table('history')} (at, kind, fingerprint)
    select to_timestamp(ms / 1000), kind, fingerprint
    from unnest(${events.map(({ atMs }) => atMs)}::float8[],
      ${events.map(({ kind }) => kind)}::text[],
      ${events.map(({ fingerprint }) => fingerprint)}::text[])
      as event(ms, kind, fingerprint)`.execute(tx)
}

async function writeFull(tx: Tx, events: readonly HistoryEvent[]): Promise<void> {
  const rows = events.map(({ groupId, ...event }) => ({ ...event, group_id: groupId }))
  await sql`
    insert into ${table('history')} (at, kind, fingerprint, group_id, receiver, integration,
      notification, fingerprints, details)
    select to_timestamp("atMs" / 1000), kind, fingerprint, group_id, receiver, integration,
      notification, fingerprints, details
    from jsonb_to_recordset(${recordset(rows)}) as event("atMs" float8, kind text,
      fingerprint text, group_id text, receiver text, integration text, notification text,
      fingerprints text[], details jsonb)`.execute(tx)
}
