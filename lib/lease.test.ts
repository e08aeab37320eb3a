import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type FreshDatabase, freshDatabase } from '#test/postgres'
import { until } from '#test/until'
import { createLeases, type Leases, migrateLeases } from './lease.ts'
import { type Database, openDatabase } from './sql/database.ts'

let fresh: FreshDatabase
let database: Database<unknown>
let leases: Leases

beforeAll(async () => {
  fresh = await freshDatabase()
  await migrateLeases(fresh.url)
  database = openDatabase(fresh.url, { name: 'lease test' })
  leases = createLeases(database)
})

afterAll(async () => {
  await database.close()
  await fresh.drop()
})

const hourMs = 3_600_000

async function take(name: string, holder: string, forMs = hourMs) {
  const taking = await leases.take(name, { holder, forMs })
  if (!taking.taken) throw new Error(`${taking.holder} has it`)
  return taking.lease
}

test('of many that race for it, one gets it and the others learn its name', async () => {
  const holders = Array.from({ length: 10 }, (_, i) => `node-${i}`)
  const takings = await Promise.all(
    holders.map((holder) => leases.take('race', { holder, forMs: hourMs })),
  )
  const winners = takings.flatMap((taking) => (taking.taken ? [taking.lease] : []))
  expect(winners).toHaveLength(1)
  const losers = takings.flatMap((taking) => (taking.taken ? [] : [taking.holder]))
  expect(losers).toEqual(Array(9).fill(winners[0]?.holder))
})

test('each holder has a higher epoch than the one before', async () => {
  const first = await take('epochs', 'a')
  await leases.release(first)
  const second = await take('epochs', 'b')
  expect(second.epoch).toBe(first.epoch + 1)
})

test('a lease that expired is free, and its holder can neither renew nor release it', async () => {
  const lost = await take('expiry', 'a', 30)
  const next = await until(async () => {
    const taking = await leases.take('expiry', { holder: 'b', forMs: hourMs })
    return taking.taken ? taking.lease : undefined
  })
  expect(next.epoch).toBe(lost.epoch + 1)
  expect(await leases.renew(lost, hourMs)).toBe(false)
  await leases.release(lost)
  expect(await leases.take('expiry', { holder: 'c', forMs: hourMs })).toMatchObject({
    taken: false,
    holder: 'b',
  })
})

test('what expired is lost even when nobody else took it', async () => {
  const lost = await take('late', 'a', 0)
  expect(await leases.renew(lost, hourMs)).toBe(false)
})

test('renewing keeps it', async () => {
  const lease = await take('renewed', 'a', 10_000)
  expect(await leases.renew(lease, hourMs)).toBe(true)
  const other = await leases.take('renewed', { holder: 'b', forMs: 1 })
  expect(other.taken).toBe(false)
  if (!other.taken) expect(other.expiresAt.getTime() - Date.parse('2020-01-01')).toBeGreaterThan(0)
})

test('a holder that starts again fences off its former self', async () => {
  const former = await take('again', 'a')
  const current = await take('again', 'a')
  expect(current.epoch).toBe(former.epoch + 1)
  expect(await leases.renew(former, hourMs)).toBe(false)
  expect(await leases.renew(current, hourMs)).toBe(true)
})
