import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import type { PostableAlert } from '#api/alert'
import { systemClock } from '#lib/clock'
import { openDatabase } from '#lib/sql/database'
import { until } from '#test/until'
import { type Arena, type FakeReceiver, openArena, openReceiver } from '../arena.conformance.ts'
import type { Tables } from '../store/tables.ts'

interface Event {
  readonly id: string
  readonly at: string
  readonly kind: string
  readonly fingerprint?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly receiver?: string
  readonly integration?: string
  readonly notification?: string
  readonly details?: Readonly<Record<string, unknown>>
}

interface Page {
  readonly events: readonly Event[]
  readonly next?: string
}

let receiver: FakeReceiver
let arena: Arena
let offsetMs = 0
const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + offsetMs }

const yaml = (url: string, more = '') => `
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 50ms
  group_interval: 200ms
  repeat_interval: 1h
receivers:
- name: hook
  webhook_configs:
  - url: ${url}/hook?token=verysecret
inhibit_rules:
- { source_matchers: [alertname="Source"], target_matchers: [alertname="Target"] }
${more}
`

beforeEach(async () => {
  offsetMs = 0
  receiver = await openReceiver()
  arena = await openArena(yaml(receiver.url), { clock })
})

afterEach(async () => {
  await arena.close()
  await receiver.close()
})

const inMs = (ms: number) => new Date(clock.nowMs() + ms).toISOString()
const firing = (name: string, more: Partial<PostableAlert> = {}): PostableAlert => ({
  labels: { alertname: name },
  annotations: { summary: `${name} is on` },
  startsAt: inMs(0),
  ...more,
})
const history = (query = '') => arena.get<Page>(`/api/v1/history?order=asc&${query}`)
const kindsOf = async (name: string) =>
  (await history(`filter=alertname="${name}"`)).events.map(({ kind }) => kind)
const told = (name: string) =>
  receiver.received.filter(({ body }) => body.groupLabels.alertname === name)

async function silence(name: string, id?: string): Promise<string> {
  const response = await fetch(`${arena.url}/api/v2/silences`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      ...(id !== undefined && { id }),
      matchers: [{ name: 'alertname', value: name, isRegex: false }],
      startsAt: inMs(0),
      endsAt: inMs(3_600_000),
      createdBy: 'ann',
      comment: 'known',
    }),
  })
  return ((await response.json()) as { silenceID: string }).silenceID
}

test('the life of an alert can be read: fired, told, changed, resolved, told, fired again', async () => {
  const alert = firing('Disk')
  await arena.post([alert])
  await until(() => told('Disk').length === 1)
  await until(async () => (await kindsOf('Disk')).includes('delivered'))
  await arena.post([{ ...alert, annotations: { summary: 'worse' } }])
  await until(async () => (await kindsOf('Disk')).includes('changed'))
  await arena.post([{ ...alert, annotations: { summary: 'worse' }, endsAt: inMs(0) }])
  await until(async () => (await kindsOf('Disk')).filter((k) => k === 'delivered').length === 2)
  await arena.post([firing('Disk')])
  await until(async () => (await kindsOf('Disk')).filter((k) => k === 'delivered').length === 3)
  const { events } = await history('filter=alertname="Disk"')
  expect(events.map(({ kind }) => kind)).toEqual([
    ...['fired', 'planned', 'delivered', 'changed'],
    ...['resolved', 'planned', 'delivered'],
    ...['fired', 'planned', 'delivered'],
  ])
  expect(events[0]).toMatchObject({ labels: { alertname: 'Disk' } })
  expect(events[1]).toMatchObject({
    receiver: 'hook',
    integration: 'webhook[0]',
    notification: told('Disk')[0]?.body.idempotencyKey,
    details: { reason: 'first', groupKey: '{}:{alertname="Disk"}', firing: 1, resolved: 0 },
  })
  expect(events[2]?.details).toMatchObject({ attempt: 1, receipt: 'HTTP 200' })
  expect(events[3]?.details).toEqual({ annotations: { summary: 'worse' } })
  expect(events[7]?.details).toMatchObject({ again: true })
  expect(JSON.stringify(events)).not.toContain('verysecret')
})

test('an attempt that failed is told of, with its reason and when the next one is', async () => {
  receiver.answer(500)
  await arena.post([firing('Down')])
  await until(async () => (await kindsOf('Down')).includes('failed'))
  receiver.answer(200)
  await until(() => told('Down').length === 1)
  await until(async () => (await kindsOf('Down')).includes('delivered'))
  const [failed] = (await history('kind=failed')).events
  expect(failed?.details).toMatchObject({
    attempt: 1,
    passing: true,
    reason: 'unexpected status code 500',
  })
  expect(Date.parse(String(failed?.details?.nextAttemptAt))).toBeGreaterThan(
    Date.parse(failed?.at ?? ''),
  )
})

test('an end that nobody reports is told of once, at its time', async () => {
  const endsAt = inMs(60_000)
  await arena.post([firing('Silent', { endsAt })])
  await until(async () => (await kindsOf('Silent')).includes('delivered'))
  offsetMs += 60_000
  await until(() => told('Silent').some(({ body }) => body.status === 'resolved'))
  await until(async () => (await arena.alertmanager.status()).groups === 0)
  const ends = (await history('kind=resolved')).events
  expect(ends).toMatchObject([{ at: endsAt, details: { noReportSince: expect.any(String) } }])
})

test('what holds an alert back is told of when it changes, and not at each flush', async () => {
  const id = await silence('Target')
  await arena.post([firing('Target')])
  await until(async () => (await kindsOf('Target')).includes('held'))
  const source = firing('Source')
  await arena.post([source])
  await until(async () => (await kindsOf('Target')).length === 3)
  await fetch(`${arena.url}/api/v2/silence/${id}`, { method: 'DELETE' })
  await arena.post([{ ...source, endsAt: inMs(0) }])
  await until(() => told('Target').length === 1)
  await until(async () => (await kindsOf('Target')).includes('delivered'))
  const { events } = await history('filter=alertname="Target"')
  expect(events.map(({ kind, details }) => [kind, details?.by])).toEqual([
    ['fired', undefined],
    ['held', 'silence'],
    ['held', 'inhibition'],
    ['released', undefined],
    ['planned', undefined],
    ['delivered', undefined],
  ])
  expect(events[1]?.details?.holders).toEqual([id])
  const [fired] = (await history('filter=alertname="Source"&kind=fired')).events
  expect(events[2]?.details?.holders).toEqual([fired?.fingerprint])
})

test('silences are told of with who made them', async () => {
  const id = await silence('X')
  expect(await silence('X', id)).toBe(id)
  const other = await silence('Y', id)
  await fetch(`${arena.url}/api/v2/silence/${other}`, { method: 'DELETE' })
  const { events } = await history()
  expect(events.map(({ kind, details }) => [kind, details?.silence, details?.createdBy])).toEqual([
    ['silence-created', id, 'ann'],
    ['silence-changed', id, 'ann'],
    ['silence-expired', id, 'ann'],
    ['silence-created', other, 'ann'],
    ['silence-expired', other, 'ann'],
  ])
  expect(events[0]?.details).toMatchObject({ matchers: '{alertname="X"}', comment: 'known' })
})

test('what took the place of an untold notification, and what nobody tells any more', async () => {
  receiver.answer(500)
  await arena.post([firing('Many')])
  await until(async () => (await kindsOf('Many')).includes('failed'))
  await arena.post([firing('Many', { labels: { alertname: 'Many', disk: 'b' } })])
  await until(async () => (await kindsOf('Many')).includes('superseded'))
  await arena.configure(
    yaml(receiver.url).replaceAll(/receiver: hook|name: hook/g, (it) => `${it}s`),
  )
  await until(async () => (await kindsOf('Many')).includes('dropped'))
})

describe('pages', () => {
  const write = (from: number, count: number) =>
    use(async (db) => {
      await sql`
        insert into alertmanager.history (at, kind, fingerprint)
        select timestamptz '2099-01-01' + n % 7 * interval '1 second', 'fired', 'f' || n
        from generate_series(${from}::int, ${from + count - 1}::int) as n`.execute(db)
    })
  const use = async (run: (db: ReturnType<typeof openDatabase<Tables>>['db']) => Promise<void>) => {
    const database = openDatabase<Tables>(arena.databaseUrl, { name: 'test' })
    await run(database.db)
    await database.close()
  }
  const readAll = async (query: string, between: () => Promise<void>) => {
    const seen: Event[] = []
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page: Page = await arena.get(`/api/v1/history?${query}&cursor=${cursor}`)
      seen.push(...page.events)
      cursor = page.next
      await between()
    }
    return seen
  }

  test.each(['asc', 'desc'])(
    '%s: what is written meanwhile makes no gap and no double',
    async (order) => {
      await write(0, 50)
      let from = 50
      const seen = await readAll(`order=${order}&limit=7`, () => {
        from += 20
        return write(from, 20)
      })
      const names = seen.map(({ fingerprint }) => fingerprint)
      expect([...names].sort()).toEqual(Array.from({ length: 50 }, (_, n) => `f${n}`).sort())
      const times = seen.map(({ at }) => at)
      expect(times).toEqual(order === 'asc' ? [...times].sort() : [...times].sort().reverse())
    },
  )

  test('a transaction that was open at the first page is not half in the others', async () => {
    await write(0, 10)
    await use(async (db) => {
      const open = await db.startTransaction().execute()
      await sql`
        insert into alertmanager.history (at, kind)
        values ('2099-01-01', 'failed')`.execute(open)
      const seen = await readAll('order=asc&limit=3', async () => {
        if (!open.isCommitted) await open.commit().execute()
      })
      expect(seen.map(({ kind }) => kind)).not.toContain('failed')
      expect(seen).toHaveLength(10)
    })
    expect((await history()).events).toHaveLength(11)
  })

  test('times bound them', async () => {
    await write(0, 70)
    const { events } = await history('from=2099-01-01T00:00:02Z&to=2099-01-01T00:00:04Z')
    expect(new Set(events.map(({ at }) => at))).toEqual(
      new Set(['2099-01-01T00:00:02.000Z', '2099-01-01T00:00:03.000Z']),
    )
    expect(events).toHaveLength(20)
  })

  test.each([
    ['limit=0', 'limit "0" is not a whole number from 1 to 1000'],
    ['limit=1001', 'limit "1001" is not a whole number from 1 to 1000'],
    ['order=up', 'order "up" is none: give asc or desc'],
    ['from=soon', 'from "soon" is no time: give RFC 3339 or seconds since 1970'],
    ['cursor=x', 'cursor is none of ours: give "next" of the page before'],
    ['kind=odd', expect.stringContaining('there is no kind "odd"')],
    ['filter={', expect.any(String)],
  ])('%s is refused', async (query, body) => {
    const response = await fetch(`${arena.url}/api/v1/history?${query}`)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual(body)
  })
})
