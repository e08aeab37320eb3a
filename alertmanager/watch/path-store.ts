/** How paths do, in PostgreSQL: every instance sees what all of them have tried. */
import { sql } from 'kysely'
import type { Delivery } from '../delivery/delivery.ts'
import type { Outcome } from '../notifiers/notifier.ts'
import type { AlertDb, PathRow, Tx } from '../store/tables.ts'
import { recordset, table } from '../store/transaction.ts'
import type { Path, PathName } from './path.ts'

export interface Tried {
  readonly path: PathName
  readonly outcome: Outcome
}

const limits = {
  /** A delivery says little that is new when the last one was just now. */
  newsMs: 5000,
  errorLength: 1000,
  forgetMs: 86_400_000,
  /** A notification that was tried so often does not get through. */
  attempts: 3,
}

export const triedOf = ({ row, outcome }: Delivery): readonly Tried[] =>
  outcome === undefined
    ? []
    : [
        {
          path: {
            receiver: row.receiver,
            integration: row.integration,
            index: row.integration_index,
            kind: 'notification',
          },
          outcome,
        },
      ]

/** A path over which anything of the batch got through works. */
export async function noteTried(
  db: Tx | AlertDb,
  tried: readonly Tried[],
  nowMs: number,
): Promise<void> {
  const byPath = new Map<string, Tried[]>()
  for (const one of tried) {
    const key = JSON.stringify(keyOf(one.path))
    byPath.set(key, [...(byPath.get(key) ?? []), one])
  }
  const all = [...byPath].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, list]) => list)
  const isDelivered = (list: readonly Tried[]) =>
    list.some(({ outcome }) => outcome.kind === 'delivered')
  await noteDelivered(
    db,
    all.filter(isDelivered).flatMap(([first]) => first?.path ?? []),
    nowMs,
  )
  await noteFailed(db, all.filter((list) => !isDelivered(list)).flatMap(failureOf), nowMs)
}

const keyOf = ({ receiver, integration, index, kind }: PathName) => ({
  receiver,
  integration,
  integration_index: index,
  kind,
})

const columns = sql`receiver text, integration text, integration_index integer, kind text`

async function noteDelivered(
  db: Tx | AlertDb,
  paths: readonly PathName[],
  nowMs: number,
): Promise<void> {
  if (paths.length === 0) return
  const now = new Date(nowMs)
  await sql`
    with delivered as materialized (
      select * from jsonb_to_recordset(${recordset(paths.map(keyOf))}) as delivered(${columns})
    ), begun as (
      insert into ${table('paths')} (receiver, integration, integration_index, kind, delivered_at)
      select receiver, integration, integration_index, kind, ${now} from delivered
      on conflict do nothing
    )
    update ${table('paths')} as path
    set delivered_at = ${now}, failing_since = null, refusals = 0, last_error = null
    from delivered
    where path.receiver = delivered.receiver and path.integration = delivered.integration
      and path.integration_index = delivered.integration_index and path.kind = delivered.kind
      and (path.failing_since is not null or path.delivered_at is null
        or path.delivered_at < ${new Date(nowMs - limits.newsMs)})`.execute(db)
}

interface Failure {
  readonly receiver: string
  readonly integration: string
  readonly integration_index: number
  readonly kind: string
  readonly refusals: number
  readonly last_error: string
}

function failureOf(list: readonly Tried[]): readonly Failure[] {
  const failed = list.flatMap(({ path, outcome }) =>
    outcome.kind === 'failed' ? [{ path, outcome }] : [],
  )
  const last = failed.at(-1)
  if (last === undefined) return []
  const reason = last.outcome.reason.replaceAll('\0', '').toWellFormed()
  const refusals = failed.filter(({ outcome }) => !outcome.passing).length
  return [{ ...keyOf(last.path), refusals, last_error: reason.slice(0, limits.errorLength) }]
}

async function noteFailed(
  db: Tx | AlertDb,
  failures: readonly Failure[],
  nowMs: number,
): Promise<void> {
  if (failures.length === 0) return
  await sql`
    insert into ${table('paths')} as path (receiver, integration, integration_index, kind,
      failing_since, refusals, last_error)
    select receiver, integration, integration_index, kind, ${new Date(nowMs)}, refusals, last_error
    from jsonb_to_recordset(${recordset(failures)}) as failed(${columns}, refusals integer,
      last_error text)
    on conflict (receiver, integration, integration_index, kind) do update
    set failing_since = coalesce(path.failing_since, excluded.failing_since),
      refusals = path.refusals + excluded.refusals, last_error = excluded.last_error`.execute(db)
}

interface ReadRow extends PathRow {
  readonly due: number | null
  readonly stuck_since: Date | null
}

/** Those over which anything was tried or is due. */
export async function readPaths(db: AlertDb): Promise<readonly Path[]> {
  const { rows } = await sql<ReadRow>`
    select * from ${table('paths')} as path full join (
      select receiver, integration, integration_index, 'notification' as kind, count(*) as due,
        min(created_at) filter (where attempts >= ${limits.attempts} and last_error is not null)
          as stuck_since
      from ${table('notifications')} where state = 'due'
      group by receiver, integration, integration_index
    ) as waiting using (receiver, integration, integration_index, kind)`.execute(db)
  return rows.map(pathOf)
}

function pathOf(row: ReadRow): Path {
  const { receiver, integration, integration_index: index, kind, refusals, last_error } = row
  return {
    receiver,
    integration,
    index,
    kind,
    due: row.due ?? 0,
    refusals: refusals ?? 0, // Absent where nothing was tried yet.
    ...(row.delivered_at && { deliveredAtMs: row.delivered_at.getTime() }),
    ...(row.failing_since && { failingSinceMs: row.failing_since.getTime() }),
    ...(row.stuck_since && { stuckSinceMs: row.stuck_since.getTime() }),
    ...(last_error && { lastError: last_error }),
  }
}

/** Takes the heartbeats that are due: only one instance gets each. */
export async function claimBeats(
  db: AlertDb,
  paths: readonly PathName[],
  { nowMs, everyMs }: { readonly nowMs: number; readonly everyMs: number },
): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set()
  const now = new Date(nowMs)
  const { rows } = await sql<PathRow>`
    insert into ${table('paths')} as path (receiver, integration, integration_index, kind, beat_at)
    select receiver, integration, integration_index, kind, ${now}
    from jsonb_to_recordset(${recordset(paths.map(keyOf))}) as due(${columns})
    order by receiver, integration, integration_index
    on conflict (receiver, integration, integration_index, kind) do update
    set beat_at = excluded.beat_at
    where path.beat_at is null or path.beat_at <= ${new Date(nowMs - everyMs)}
    returning *`.execute(db)
  return new Set(rows.map((row) => pathKey({ ...row, index: row.integration_index })))
}

export const pathKey = ({ receiver, integration, index, kind }: PathName) =>
  JSON.stringify([receiver, integration, index, kind])

/** Only what is old goes: another instance may have a newer configuration, with these in it. */
export async function forgetPaths(
  db: AlertDb,
  gone: readonly PathName[],
  nowMs: number,
): Promise<void> {
  await sql`
    delete from ${table('paths')} as path
    using jsonb_to_recordset(${recordset(gone.map(keyOf))}) as gone(${columns})
    where path.receiver = gone.receiver and path.integration = gone.integration
      and path.integration_index = gone.integration_index and path.kind = gone.kind
      and greatest(path.delivered_at, path.failing_since, path.beat_at)
        < ${new Date(nowMs - limits.forgetMs)}`.execute(db)
}
