import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { type FreshDatabase, freshDatabase } from '#test/postgres'
import { until } from '#test/until'
import { type Database, jsonb, openDatabase } from './database.ts'

let fresh: FreshDatabase
let database: Database<unknown>

beforeAll(async () => {
  fresh = await freshDatabase()
  database = openDatabase(fresh.url, { name: 'database test' })
})

afterAll(async () => {
  await database.close()
  await fresh.drop()
})

async function select<T>(expression: string): Promise<T | undefined> {
  const { rows } = await sql.raw<{ value: T }>(`select ${expression} as value`).execute(database.db)
  return rows[0]?.value
}

test('int8, numeric, jsonb and timestamptz arrive as what they are', async () => {
  expect(await select('9007199254740991::int8')).toBe(Number.MAX_SAFE_INTEGER)
  expect(await select('(select count(*) from generate_series(1, 3))')).toBe(3)
  expect(await select('2.5::numeric')).toBe(2.5)
  expect(await select(`'{"a": [1]}'::jsonb`)).toEqual({ a: [1] })
  expect(await select(`'2026-01-02T03:04:05.678Z'::timestamptz`)).toEqual(
    new Date('2026-01-02T03:04:05.678Z'),
  )
  expect(await select('null::int8')).toBeNull()
})

test('an int8 that a number cannot hold is refused, never rounded', async () => {
  await expect(select('9007199254740992::int8')).rejects.toThrow('beyond what a number holds')
  expect(await select('1::int8')).toBe(1)
})

test('jsonb takes arrays and text as they are', async () => {
  for (const value of [[1, 'a', null], 'text', { deep: { er: true } }]) {
    const { rows } = await sql<{ value: unknown }>`select ${jsonb(value)} as value`.execute(
      database.db,
    )
    expect(rows[0]?.value).toEqual(value)
  }
})

test('connections carry the name they were opened with', async () => {
  expect(await select(`current_setting('application_name')`)).toBe('database test')
})

test('a connection cut inside a transaction fails that transaction and nothing else', async () => {
  const cut = database.db.transaction().execute(async (open) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(open)
    await select(`pg_terminate_backend(${rows[0]?.pid})`)
    await until(() =>
      select(`not exists (select from pg_stat_activity where pid = ${rows[0]?.pid})`),
    )
    await sql`select 1`.execute(open)
  })
  await expect(cut).rejects.toThrow()
  expect(await select('1')).toBe(1)
})

test('closing twice is closing once', async () => {
  const other = openDatabase(fresh.url, { name: 'other' })
  await Promise.all([other.close(), other.close()])
  await expect(sql`select 1`.execute(other.db)).rejects.toThrow()
})

test('a statement whose table was altered meanwhile is asked again on a new connection', async () => {
  const { url, drop } = await freshDatabase()
  const database = openDatabase<{ t: { a: number } }>(url, { name: 'test', connections: 1 })
  try {
    await sql`create table t (a int)`.execute(database.db)
    await sql`insert into t values (1)`.execute(database.db)
    const read = async () => (await sql`select * from t where a = ${1}`.execute(database.db)).rows
    expect(await read()).toEqual([{ a: 1 }])
    await sql`alter table t add column b int default 2`.execute(database.db)
    await expect(read()).rejects.toThrow('cached plan')
    expect(await read()).toEqual([{ a: 1, b: 2 }])
  } finally {
    await database.close()
    await drop()
  }
})
