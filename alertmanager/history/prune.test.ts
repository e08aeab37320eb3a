import { afterEach, beforeEach, test } from '@jest/globals'
import { sql } from 'kysely'
import { type Database, openDatabase } from '#lib/sql/database'
import { until } from '#test/until'
import { type Arena, openArena } from '../arena.conformance.ts'
import type { Tables } from '../store/tables.ts'

let arena: Arena
let database: Database<Tables>

beforeEach(async () => {
  arena = await openArena('route: { receiver: quiet }\nreceivers: [{ name: quiet }]')
  database = openDatabase<Tables>(arena.databaseUrl, { name: 'test' })
})

afterEach(async () => {
  await database.close()
  await arena.close()
})

const count = async (where: 'history' | 'past_alerts') => {
  const { rows } = await sql<{ readonly count: number }>`
    select count(*) from ${sql.table(`alertmanager.${where}`)}`.execute(database.db)
  return rows[0]?.count
}

test('what is older than the retention goes, in as many batches as it takes', async () => {
  await sql`
    insert into alertmanager.history (at, kind)
    select now() - n % 30 * interval '24 hours', 'fired'
    from generate_series(0, 29999) as n`.execute(database.db)
  await sql`
    insert into alertmanager.past_alerts
    select 'f' || n, '{}', '{}', '', now(), now() - n * interval '24 hours'
    from generate_series(0, 29) as n`.execute(database.db)
  await arena.restart()
  // The first pass is at the start.
  await until(async () => (await count('history')) === 15_000)
  await until(async () => (await count('past_alerts')) === 15)
})
