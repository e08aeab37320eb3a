/**
 * Reads the history page by page, in the order of time. All pages show what was there when the
 * first one was read: no event is missing between two of them, and none is there twice.
 */
import { type RawBuilder, sql } from 'kysely'
import type { Labels } from '#lib/labels'
import { type Matcher, matchesAll } from '#lib/matcher'
import type { AlertDb, HistoryRow } from '../store/tables.ts'
import { table } from '../store/transaction.ts'
import type { EventKind } from './event.ts'

export interface HistoryQuestion {
  readonly matchers: readonly Matcher[]
  readonly fingerprint?: string | undefined
  readonly receiver?: string | undefined
  /** Empty: all. */
  readonly kinds: readonly EventKind[]
  readonly fromMs?: number | undefined
  /** Events before this. */
  readonly toMs?: number | undefined
  readonly order: 'asc' | 'desc'
  readonly limit: number
  readonly after?: Cursor | undefined
}

/** Where a page ended, and what was there when the first one was read. */
export interface Cursor {
  readonly at: string
  readonly id: string
  readonly snapshot: string
}

export interface HistoryPage {
  readonly events: readonly (HistoryRow & { readonly labels: Labels | null })[]
  /** Absent: that was all. */
  readonly next?: Cursor
}

type Row = HistoryPage['events'][number] & { readonly at_text: string }

export async function readHistory(db: AlertDb, question: HistoryQuestion): Promise<HistoryPage> {
  const { limit, matchers, order } = question
  const snapshot = question.after?.snapshot ?? (await snapshotNow(db))
  const named = matchers.length === 0 ? undefined : await fingerprintsOf(db, matchers)
  const direction = sql.raw(order)
  const { rows } = await sql<Row>`
    with page as materialized (
      select * from ${table('history')} as event
      where ${allOf([
        sql`pg_visible_in_snapshot(written_in, ${snapshot}::pg_snapshot)`,
        ...rangeOf(question),
        ...(named === undefined ? [] : [isOf(named)]),
      ])}
      order by at ${direction}, id ${direction} limit ${limit + 1}
    )
    select id, at, at::text as at_text, kind, fingerprint, group_id, receiver, integration,
      notification, fingerprints, details, coalesce(
        (select labels from ${table('alerts')} as alert where alert.fingerprint = page.fingerprint),
        (select labels from ${table('past_alerts')} as past
          where past.fingerprint = page.fingerprint)
      ) as labels
    from page order by at ${direction}, id ${direction}`.execute(db)
  const events = rows.slice(0, limit)
  const last = events.at(-1)
  if (rows.length <= limit || last === undefined) return { events }
  return { events, next: { at: last.at_text, id: String(last.id), snapshot } }
}

async function snapshotNow(db: AlertDb): Promise<string> {
  const { rows } = await sql<{ readonly snapshot: string }>`
    select pg_current_snapshot()::text as snapshot`.execute(db)
  return rows[0]?.snapshot ?? ''
}

type Condition = RawBuilder<unknown>

const allOf = (conditions: readonly Condition[]) => sql.join([...conditions], sql` and `)

function rangeOf({ after, order, ...question }: HistoryQuestion): readonly Condition[] {
  const { fingerprint, receiver, kinds, fromMs, toMs } = question
  const beyond = order === 'asc' ? sql`>` : sql`<`
  return [
    fingerprint === undefined ? undefined : isOf([fingerprint]),
    receiver === undefined ? undefined : sql`receiver = ${receiver}`,
    kinds.length === 0 ? undefined : sql`kind = any(${kinds})`,
    fromMs === undefined ? undefined : sql`at >= ${new Date(fromMs)}`,
    toMs === undefined ? undefined : sql`at < ${new Date(toMs)}`,
    after && sql`(at, id) ${beyond} (${after.at}::timestamptz, ${after.id}::bigint)`,
  ].filter((condition) => condition !== undefined)
}

/** What befell these alerts, and every notification that spoke of one of them. */
const isOf = (fingerprints: readonly string[]) => sql`(
  fingerprint = any(${fingerprints}) or notification = any(array(
    select notification from ${table('history')} where fingerprints && ${fingerprints}::text[]
  )))`

/** Of alerts that live or are remembered, by their labels. */
export async function fingerprintsOf(
  db: AlertDb,
  matchers: readonly Matcher[],
): Promise<readonly string[]> {
  // What equals goes to the database; a regex is of RE2, which it does not speak.
  const equal = matchers.filter(({ operator, value }) => operator === '=' && value !== '')
  const wanted = JSON.stringify(Object.fromEntries(equal.map(({ name, value }) => [name, value])))
  const { rows } = await sql<{ readonly fingerprint: string; readonly labels: Labels }>`
    select fingerprint, labels from ${table('alerts')}
    where labels @> ${wanted}::jsonb
    union
    select fingerprint, labels from ${table('past_alerts')}
    where labels @> ${wanted}::jsonb`.execute(db)
  return rows.filter(({ labels }) => matchesAll(matchers, labels)).map((row) => row.fingerprint)
}
