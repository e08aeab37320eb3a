import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import type { PostableAlert } from '#api/alert'
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { openQueues } from '#lib/queue/bullmq'
import type { Queues } from '#lib/queue/queue'
import { openDatabase } from '#lib/sql/database'
import { until } from '#test/until'
import { type Arena, type FakeReceiver, openArena, openReceiver } from './arena.conformance.ts'
import { createAlertmanager } from './index.ts'

let receiver: FakeReceiver
let arena: Arena

const yaml = (url: string, { routes = '', hook = '', more = '' } = {}) => `
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 100ms
  group_interval: 300ms
  repeat_interval: 1h
${routes}
receivers:
- name: hook
  webhook_configs:
  - url: ${url}/hook
${hook}
- name: other
  webhook_configs:
  - url: ${url}/other
${more}
`

beforeEach(async () => {
  receiver = await openReceiver()
  arena = await openArena(yaml(receiver.url))
})

afterEach(async () => {
  await arena.close()
  await receiver.close()
})

const now = () => new Date(systemClock.nowMs()).toISOString()
const firing = (name: string, labels = {}): PostableAlert => ({
  labels: { alertname: name, ...labels },
  annotations: { summary: `${name} is on` },
  startsAt: now(),
})
const ended = (alert: PostableAlert): PostableAlert => ({ ...alert, endsAt: now() })
const named = (name: string) =>
  receiver.received.filter(({ body }) => body.groupLabels.alertname === name)
const statusesOf = (name: string) => named(name).map(({ body }) => body.status)

/** Enough flushes of everything that anything that is to come has come. */
async function flushesPass(count = 3): Promise<void> {
  const name = `Flushes${receiver.received.length}`
  for (let i = 0; i < count; i++) {
    const alert = firing(name, { i: String(i) })
    await arena.post([alert])
    await until(() => named(name).length === i + 1)
  }
}

async function silence(name: string): Promise<string> {
  const response = await fetch(`${arena.url}/api/v2/silences`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      matchers: [{ name: 'alertname', value: name, isRegex: false }],
      startsAt: now(),
      endsAt: new Date(systemClock.nowMs() + 3_600_000).toISOString(),
      createdBy: 'test',
      comment: 'quiet',
    }),
  })
  expect(response.status).toBe(200)
  return ((await response.json()) as { silenceID: string }).silenceID
}

test('an alert is told once as firing and once as resolved, each under its own key', async () => {
  const alert = firing('DiskFailing', { node: 'n1' })
  expect((await arena.post([alert])).status).toBe(200)
  await until(() => receiver.received.length === 1)
  await arena.post([ended(alert)])
  await until(() => receiver.received.length === 2)
  const [first, second] = receiver.received
  expect(first?.body).toMatchObject({
    version: '4',
    status: 'firing',
    receiver: 'hook',
    groupKey: '{}:{alertname="DiskFailing"}',
    groupLabels: { alertname: 'DiskFailing' },
    commonLabels: { alertname: 'DiskFailing', node: 'n1' },
    externalURL: 'http://am.example',
    alerts: [{ status: 'firing', endsAt: '0001-01-01T00:00:00Z' }],
  })
  expect(second?.body).toMatchObject({ status: 'resolved', alerts: [{ status: 'resolved' }] })
  expect(first?.headers['idempotency-key']).toBe(first?.body.idempotencyKey)
  expect(first?.body.idempotencyKey).not.toBe(second?.body.idempotencyKey)
  await until(async () => (await arena.alertmanager.status()).groups === 0)
})

test('an alert that is re-sent and does not change is told once', async () => {
  const alert = firing('Steady')
  for (let i = 0; i < 5; i++) await arena.post([alert])
  await until(() => named('Steady').length === 1)
  await arena.post([alert])
  await flushesPass()
  expect(statusesOf('Steady')).toEqual(['firing'])
})

test('an alert that resolved and fires again is told again', async () => {
  const alert = firing('Flapping')
  await arena.post([alert])
  await until(() => named('Flapping').length === 1)
  await arena.post([ended(alert)])
  await until(() => named('Flapping').length === 2)
  await arena.post([firing('Flapping')])
  await until(() => named('Flapping').length === 3)
  expect(statusesOf('Flapping')).toEqual(['firing', 'resolved', 'firing'])
  expect(new Set(named('Flapping').map(({ body }) => body.idempotencyKey)).size).toBe(3)
})

test('alerts of one group are told together', async () => {
  await arena.post([firing('Many', { i: '1' }), firing('Many', { i: '2' })])
  await until(() => named('Many').length === 1)
  expect(named('Many')[0]?.body.alerts).toHaveLength(2)
  await arena.post([firing('Many', { i: '3' })])
  await until(() => named('Many').length === 2)
  expect(named('Many')[1]?.body.alerts).toHaveLength(3)
})

test('a silenced alert is not told, and what was told is told as resolved', async () => {
  const told = firing('Told')
  await arena.post([told])
  await until(() => named('Told').length === 1)
  await silence('Told')
  await silence('Quiet')
  const quiet = firing('Quiet')
  await arena.post([quiet])
  await flushesPass()
  await arena.post([ended(told), ended(quiet)])
  await until(() => named('Told').length === 2)
  await flushesPass()
  expect(statusesOf('Told')).toEqual(['firing', 'resolved'])
  expect(statusesOf('Quiet')).toEqual([])
})

test('when a silence is expired the alert is told', async () => {
  const id = await silence('Hush')
  await arena.post([firing('Hush')])
  await flushesPass()
  expect(statusesOf('Hush')).toEqual([])
  const deleted = await fetch(`${arena.url}/api/v2/silence/${id}`, { method: 'DELETE' })
  expect(deleted.status).toBe(200)
  await until(() => named('Hush').length === 1)
})

test('an inhibited alert is not told while its source fires', async () => {
  const rules = `
inhibit_rules:
- source_matchers: ['severity="critical"']
  target_matchers: ['severity="warning"']
  equal: [node]
`
  await arena.configure(yaml(receiver.url, { more: rules }))
  const source = firing('NodeDown', { severity: 'critical', node: 'n1' })
  await arena.post([source])
  await until(() => named('NodeDown').length === 1)
  await arena.post([
    firing('Slow', { severity: 'warning', node: 'n1' }),
    firing('SlowToo', { severity: 'warning', node: 'n2' }),
  ])
  await until(() => named('SlowToo').length === 1)
  await flushesPass()
  expect(statusesOf('Slow')).toEqual([])
  const alerts = await arena.get<{ labels: object; status: object }[]>(
    '/api/v2/alerts?filter=alertname%3DSlow',
  )
  expect(alerts).toMatchObject([{ status: { state: 'suppressed' } }])
  await arena.post([ended(source)])
  await until(() => named('Slow').length === 1)
})

test('what could not be delivered is delivered when the receiver is back', async () => {
  receiver.answer(503)
  await arena.post([firing('Late')])
  await until(() => receiver.refused() > 0)
  receiver.answer(200)
  await until(() => named('Late').length === 1)
  expect(statusesOf('Late')).toEqual(['firing'])
  await until(async () => (await arena.alertmanager.status()).notificationsDue === 0)
})

test('an alert that came and went while its receiver was down is told in one message', async () => {
  receiver.answer(500)
  const alert = firing('Missed')
  await arena.post([alert])
  await until(() => receiver.refused() > 0)
  await arena.post([ended(alert)])
  await until(async () => (await arena.alertmanager.status()).alertsFiring === 0)
  await flushesHere('Missed')
  // An attempt that was under way when the flush came still says what was.
  const refused = receiver.refused()
  await until(() => receiver.refused() > refused)
  receiver.answer(200)
  await until(() => named('Missed').length === 1)
  const [{ status, startsAt, endsAt } = { status: '', startsAt: '', endsAt: '' }] =
    named('Missed')[0]?.body.alerts ?? []
  expect(status).toBe('resolved')
  expect(startsAt < endsAt).toBe(true)
  await until(async () => (await arena.alertmanager.status()).groups === 0)
  expect(statusesOf('Missed')).toEqual(['resolved'])
})

/** The group's own flush has seen its alert resolved: what is due says so. */
async function flushesHere(name: string): Promise<void> {
  const database = openDatabase(arena.databaseUrl, { name: 'test' })
  await until(async () => {
    const { rows } = await sql<{ status: string }>`
      select payload->>'status' as status from alertmanager.notifications
      where state = 'due' and payload->'groupLabels'->>'alertname' = ${name}`.execute(database.db)
    return rows[0]?.status === 'resolved'
  })
  await database.close()
}

test('a receiver that asks to wait is asked again after that time', async () => {
  receiver.answer(429, { 'Retry-After': '1' })
  await arena.post([firing('Patient')])
  await until(() => receiver.refused() > 0)
  receiver.answer(200)
  const { atMs } = await until(() => named('Patient')[0])
  expect(atMs - receiver.refusedAtMs()).toBeGreaterThan(900)
  expect(receiver.refused()).toBe(1)
})

test('a restart repeats nothing and forgets nothing', async () => {
  const told = firing('Before')
  await arena.post([told])
  await until(() => named('Before').length === 1)
  receiver.answer(503)
  await arena.post([firing('Undelivered')])
  await until(() => receiver.refused() > 0)
  await arena.restart()
  receiver.answer(200)
  await until(() => named('Undelivered').length === 1)
  await arena.post([ended(told)])
  await until(() => named('Before').length === 2)
  expect(statusesOf('Before')).toEqual(['firing', 'resolved'])
  expect(statusesOf('Undelivered')).toEqual(['firing'])
})

test('a reload with other routes re-sends nothing and moves alerts where they belong', async () => {
  await arena.post([firing('Stays'), firing('Moves', { team: 'x' })])
  await until(() => named('Stays').length === 1 && named('Moves').length === 1)
  const routes = `  routes:\n  - receiver: other\n    matchers: ['team="x"']`
  await arena.configure(yaml(receiver.url, { routes }))
  await until(() => named('Moves').length === 2)
  await flushesPass()
  expect(named('Moves').map(({ path }) => path)).toEqual(['/hook', '/other'])
  expect(statusesOf('Stays')).toEqual(['firing'])
})

test('a reload of an invalid file names the place and keeps what was', async () => {
  const broken = yaml(receiver.url, { routes: '  grup_wait: 1s' })
  await expect(arena.configure(broken)).rejects.toThrow(
    'line 8: field grup_wait not found in type config.plain: route takes receiver',
  )
  await arena.post([firing('StillHere')])
  await until(() => named('StillHere').length === 1)
})

test('an integration without send_resolved is told the end only of what it missed', async () => {
  const quiet = `  - url: ${receiver.url}/quiet\n    send_resolved: false`
  await arena.configure(yaml(receiver.url, { hook: quiet }))
  const alert = firing('Half')
  await arena.post([alert])
  await until(() => named('Half').length === 2)
  await arena.post([ended(alert)])
  await until(() => named('Half').length === 3)
  await until(async () => (await arena.alertmanager.status()).groups === 0)
  expect(
    named('Half')
      .map(({ path, body }) => `${path} ${body.status}`)
      .sort(),
  ).toEqual(['/hook firing', '/hook resolved', '/quiet firing'])
})

test('the valid alerts of a bad batch are kept', async () => {
  const response = await arena.post([{ labels: {} }, firing('Good')])
  expect(response.status).toBe(400)
  expect(await response.json()).toBe('at least one label pair required')
  await until(() => named('Good').length === 1)
})

test('labels that PostgreSQL cannot hold are refused and hold nobody else up', async () => {
  const [bad, good] = await Promise.all([
    arena.post([firing('Nul', { x: 'a\0b' })]),
    arena.post([firing('Fine', { x: '\ud800' })]),
  ])
  expect([bad?.status, good?.status]).toEqual([400, 200])
  await until(() => named('Fine').length === 1)
})

test('wake-ups that the queue loses cost time and nothing else', async () => {
  const dropped = new Set<string>()
  const lossy = (queues: Queues): Queues => ({
    ...queues,
    queue(name) {
      const queue = queues.queue(name)
      return {
        ...queue,
        async wake(wakeUp) {
          if (dropped.has(wakeUp.jobId)) return queue.wake(wakeUp)
          dropped.add(wakeUp.jobId)
        },
      }
    },
  })
  const other = await openArena(yaml(receiver.url), { through: lossy })
  await other.post([firing('Lost')])
  await until(() => named('Lost').length === 1)
  await other.close()
  expect(dropped.size).toBeGreaterThan(0)
})

test('two alertmanagers on one database tell everything once', async () => {
  const names = Array.from({ length: 40 }, (_, i) => `Shared${i}`)
  const queues = await openQueues({
    databaseUrl: arena.databaseUrl,
    clock: systemClock,
    log: silentLog,
    metrics: createMetrics(),
  })
  const second = createAlertmanager({ ...arena.deps, metrics: createMetrics(), queues })
  await second.start()
  await Promise.all(
    names.map(async (name) => {
      const alert = firing(name)
      await Promise.all([arena.post([alert]), arena.post([alert])])
    }),
  )
  await until(() => names.every((name) => named(name).length > 0))
  await flushesPass()
  await queues.close()
  await second.close()
  expect(names.filter((name) => named(name).length !== 1)).toEqual([])
})
