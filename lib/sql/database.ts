/**
 * PostgreSQL by kysely over one small pool. A part's tables are in its own schema: `.withSchema`.
 */
import { Kysely, PostgresDialect, type RawBuilder, sql } from 'kysely'
import pg from 'pg'
import { assert } from '../assert.ts'
import { prepareStatements } from './prepared.ts'

/**
 * How values arrive: `int8` and `numeric` as numbers (see `readWhole`), `jsonb` parsed,
 * `timestamptz` as `Date` (to the millisecond; microseconds are cut off). How they leave: a `Date`
 * for `timestamptz`, and `jsonb(value)` for JSON, because the driver sends a bare array as a
 * PostgreSQL array.
 */
export interface Database<Schema> {
  readonly db: Kysely<Schema>
  /** For what kysely cannot say, such as LISTEN. Clients taken from it survive a lost server. */
  readonly pool: pg.Pool
  /** Waits for the queries under way. May be called twice. */
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** What `pg_stat_activity` shows as `application_name`. */
  readonly name: string
  readonly connections?: number
}

export function openDatabase<Schema>(url: string, options: DatabaseOptions): Database<Schema> {
  const pool = openPool(url, options)
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  const end = async () => {
    await db.destroy()
    if (!pool.ending) await pool.end() // Kysely leaves a pool alone that it never used.
  }
  let closing: Promise<void> | undefined
  return {
    db,
    pool,
    close() {
      closing ??= end()
      return closing
    },
  }
}

/** A pool with our limits and types, which a lost server can never turn into a crash. */
function openPool(url: string, { name, connections = 4 }: DatabaseOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    max: connections,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
    idle_in_transaction_session_timeout: 60_000,
    types: { getTypeParser },
  })
  // A dropped connection also fails the query that needed it, and that error is the one to handle.
  // Without a listener the event would end the process; idle and borrowed clients emit it alike.
  pool.on('error', ignore)
  pool.on('connect', (client) => {
    client.on('error', ignore)
    prepareStatements(client)
  })
  return pool
}

/** A value for a `jsonb` column. */
export function jsonb<T>(value: T): RawBuilder<T> {
  return sql<T>`cast(${JSON.stringify(value)} as jsonb)`
}

const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, readWhole],
  [pg.types.builtins.NUMERIC, Number],
])

const getTypeParser: typeof pg.types.getTypeParser = (
  oid: number,
  format?: 'text' | 'binary',
): ((text: string) => unknown) =>
  (format === 'binary' ? undefined : parsers.get(oid)) ?? pg.types.getTypeParser(oid, 'text')

/** Exact or refused: past 2^53 the query rejects, so no rounded id or count is ever seen. */
function readWhole(text: string): number {
  const value = Number(text)
  assert(
    Number.isSafeInteger(value),
    `int8 ${text} is beyond what a number holds; select it ::text`,
  )
  return value
}

function ignore(): void {}
