import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { type FreshDatabase, freshDatabase } from '#test/postgres'
import { type Database, openDatabase } from './database.ts'
import { migrate } from './migrate.ts'

let fresh: FreshDatabase
let database: Database<unknown>
let folder: string

beforeEach(async () => {
  fresh = await freshDatabase()
  database = openDatabase(fresh.url, { name: 'migrate test' })
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zstone-migrate-'))
})

afterEach(async () => {
  await database.close()
  await fresh.drop()
  await fs.rm(folder, { recursive: true })
})

const write = (file: string, text: string) => fs.writeFile(path.join(folder, file), text)
const run = () => migrate(fresh.url, { schema: 'part', folder: pathToFileURL(folder) })

async function select<T>(query: string): Promise<readonly T[]> {
  return (await sql.raw<T>(query).execute(database.db)).rows
}

test('files run once each, in order, in the schema of the part', async () => {
  await write('0001-first.sql', 'create table thing (id integer); insert into thing values (1);')
  await run()
  await write('0002-second.sql', 'insert into thing values (2)')
  await run()
  await run()
  expect(await select('select id from part.thing order by id')).toEqual([{ id: 1 }, { id: 2 }])
  expect(await select('select number, file from part.migration order by number')).toEqual([
    { number: 1, file: '0001-first.sql' },
    { number: 2, file: '0002-second.sql' },
  ])
})

test('several processes that start together apply each file once', async () => {
  await write('0001-first.sql', 'create table thing (id integer); insert into thing values (1);')
  await Promise.all(Array.from({ length: 5 }, run))
  expect(await select('select id from part.thing')).toEqual([{ id: 1 }])
})

test('a file that fails leaves nothing behind and names itself', async () => {
  await write('0001-good.sql', 'create table good ()')
  await write('0002-bad.sql', 'create table half (); select * from nowhere')
  await expect(run()).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringMatching(/0002-bad.sql: relation "nowhere" does not exist/),
  })
  expect(
    await select(`select to_regclass('part.good') is not null as good,
    to_regclass('part.half') is not null as half`),
  ).toEqual([{ good: true, half: false }])
})

test('an applied file that has changed is refused', async () => {
  await write('0001-first.sql', 'create table thing ()')
  await run()
  await write('0001-first.sql', 'create table thing (id integer)')
  await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' })
})

test('a database that a newer program has migrated is refused', async () => {
  await write('0001-first.sql', 'create table thing ()')
  await write('0002-second.sql', 'create table more ()')
  await run()
  await fs.rm(path.join(folder, '0002-second.sql'))
  await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_UNKNOWN' })
})

test('a gap in the numbers is refused before anything runs', async () => {
  await write('0002-second.sql', 'create table thing ()')
  await expect(run()).rejects.toMatchObject({
    code: 'MIGRATION_MISNUMBERED',
    message: expect.stringContaining('where 0001-<name>.sql belongs'),
  })
})
