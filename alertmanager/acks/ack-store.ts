/** Acknowledgements in PostgreSQL, and the index of them in memory that follows by version. */
import { sql } from 'kysely'
import { fault } from '#api/errors'
import type { Alert } from '../alert.ts'
import { inLedgerTransaction, type Ledger } from '../history/ledger.ts'
import { sharedLook } from '../store/shared-look.ts'
import type { AckRow, Tx } from '../store/tables.ts'
import { recordset, table } from '../store/transaction.ts'
import type { World } from '../world.ts'
import { ackEvent } from './ack-event.ts'
import { type Ack, type AckIndex, createAckIndex, type EndReason, stateOf } from './acks.ts'
import type { Ending } from './endings.ts'

export interface AckDraft {
  readonly alerts: readonly Pick<Alert, 'fingerprint' | 'labels'>[]
  readonly createdBy: string
  readonly comment: string
  readonly expiresAtMs: number
}

export interface AckStore {
  readonly index: AckIndex
  /** Brings the index up to date with what was committed before the call. */
  refresh(): Promise<void>
  all(): Promise<readonly Ack[]>
  /** One for each alert, in the place of one that it had; answers with their ids. */
  put(draft: AckDraft): Promise<readonly string[]>
  /** Ends one that holds; rejects where there is none. */
  remove(id: string): Promise<void>
}

type StoreWorld = Pick<World, 'db' | 'clock' | 'random'>

export function createAckStore(world: StoreWorld): AckStore {
  const { db, clock, random } = world
  const index = createAckIndex()
  let version = 0
  const refresh = sharedLook(async () => {
    const { rows } = await sql<AckRow>`
      select * from ${table('acks')} where version > ${version}
        and (${version}::bigint > 0 or ended_at is null) order by version`.execute(db)
    for (const row of rows) {
      index.put(ackOf(row), clock.nowMs())
      version = row.version
    }
  })
  const changing = <T>(run: (tx: Tx, ledger: Ledger) => Promise<T>) =>
    inLedgerTransaction(world, async (tx, ledger) => {
      await lock(tx)
      return run(tx, ledger)
    })
  return {
    index,
    refresh,
    async all() {
      const { rows } = await sql<AckRow>`select * from ${table('acks')}`.execute(db)
      return rows.map(ackOf)
    },
    put: ({ alerts, ...draft }) =>
      changing(async (tx, ledger) => {
        const createdAtMs = clock.nowMs()
        const names = alerts.map(({ fingerprint }) => fingerprint)
        const { rows: open } = await sql<AckRow>`
          select * from ${table('acks')}
          where fingerprint = any(${names}) and ended_at is null`.execute(tx)
        const world = { tx, ledger, nowMs: createdAtMs }
        await write(
          open.map((row) => ({ ack: ackOf(row), because: 'replaced' as const })),
          world,
        )
        const acks = alerts.map(({ fingerprint, labels }) => {
          return { ...draft, fingerprint, labels, createdAtMs, id: random.uuid() }
        })
        await insert(tx, acks)
        for (const ack of acks) ledger.add(ackEvent('acknowledged', ack, createdAtMs))
        return acks.map(({ id }) => id)
      }),
    remove: (id) =>
      changing(async (tx, ledger) => {
        const nowMs = clock.nowMs()
        const { rows } = await sql<AckRow>`
          select * from ${table('acks')} where id = ${id}`.execute(tx)
        const [ack] = rows.map(ackOf)
        if (ack === undefined) throw fault('ACK_NOT_FOUND', { id })
        if (stateOf(ack, nowMs) !== 'active') throw fault('ACK_OVER', { id })
        await write([{ ack, because: 'deleted' }], { tx, ledger, nowMs })
      }),
  }
}

interface EndWorld {
  readonly tx: Tx
  readonly ledger: Ledger
  readonly nowMs: number
}

/** Within the transaction of a flush; answers with those that nobody had ended before. */
export async function endAcks(
  endings: readonly Ending[],
  world: EndWorld,
): Promise<readonly Ending[]> {
  await lock(world.tx)
  const ended = new Set(await write(endings, world))
  return endings.filter(({ ack }) => ended.has(ack.id))
}

/** One writer at a time: versions then grow in the order in which they can be seen. */
async function lock(tx: Tx): Promise<void> {
  await sql`lock table ${table('acks')} in share row exclusive mode`.execute(tx)
}

async function write(
  endings: readonly { readonly ack: Ack; readonly because: EndReason }[],
  { tx, ledger, nowMs }: EndWorld,
): Promise<readonly string[]> {
  if (endings.length === 0) return []
  const rows = endings.map(({ ack, because }) => ({ id: ack.id, because }))
  const { rows: ended } = await sql<AckRow>`
    update ${table('acks')} as ack set ended_at = ${new Date(nowMs)},
      ended_because = ending.because, version = nextval('alertmanager.ack_versions')
    from jsonb_to_recordset(${recordset(rows)}) as ending(id uuid, because text)
    where ack.id = ending.id and ack.ended_at is null
    returning ack.*`.execute(tx)
  for (const row of ended) ledger.add(ackEvent('acknowledgement-ended', ackOf(row), nowMs))
  return ended.map(({ id }) => id)
}

async function insert(tx: Tx, acks: readonly Ack[]): Promise<void> {
  const rows = acks.map((ack) => ({
    ...ack,
    created_at: new Date(ack.createdAtMs),
    created_by: ack.createdBy,
    expires_at: new Date(ack.expiresAtMs),
  }))
  await sql`
    insert into ${table('acks')} (id, fingerprint, labels, created_at, created_by, comment,
      expires_at, version)
    select id, fingerprint, labels, created_at, created_by, comment, expires_at,
      nextval('alertmanager.ack_versions')
    from jsonb_to_recordset(${recordset(rows)}) as ack(id uuid, fingerprint text, labels jsonb,
      created_at timestamptz, created_by text, comment text, expires_at timestamptz)`.execute(tx)
}

function ackOf(row: AckRow): Ack {
  const { ended_at: endedAt, ended_because: because } = row
  return {
    id: row.id,
    fingerprint: row.fingerprint,
    labels: row.labels,
    createdAtMs: row.created_at.getTime(),
    createdBy: row.created_by,
    comment: row.comment,
    expiresAtMs: row.expires_at.getTime(),
    ...(endedAt !== null && because !== null && { ended: { atMs: endedAt.getTime(), because } }),
  }
}
