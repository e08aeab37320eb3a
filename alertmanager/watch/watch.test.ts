/** A whole alertmanager one of whose receivers fails. */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { PostableAlert } from '#api/alert'
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { openQueues } from '#lib/queue/bullmq'
import { until } from '#test/until'
import {
  type Arena,
  type ArenaOptions,
  type FakeReceiver,
  openArena,
  openReceiver,
} from '../arena.conformance.ts'
import { createAlertmanager } from '../index.ts'

let failing: FakeReceiver
let working: FakeReceiver
let arena: Arena
let offsetMs = 0
const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + offsetMs }

const yaml = (labels = '{}') => `
route:
  receiver: bad
  group_by: [alertname]
  group_wait: 10ms
  group_interval: 200ms
  repeat_interval: 4h
  routes:
  - { receiver: good, matchers: [team=good] }
receivers:
- name: bad
  labels: ${labels}
  webhook_configs: [{ url: "${failing.url}/" }]
- name: good
  webhook_configs: [{ url: "${working.url}/" }]
`

const open = async (yaml: string, options: ArenaOptions = {}) => {
  arena = await openArena(yaml, { clock, ...options })
}

beforeEach(async () => {
  offsetMs = 0
  failing = await openReceiver()
  working = await openReceiver()
})

afterEach(async () => {
  await arena.close()
  await failing.close()
  await working.close()
})

const firing = (alertname: string, labels = {}): PostableAlert => ({
  labels: { alertname, ...labels },
  startsAt: new Date(clock.nowMs()).toISOString(),
  endsAt: new Date(clock.nowMs() + 86_400_000).toISOString(),
})

const alarmed = (receiver: FakeReceiver, name = 'NotificationFailed') =>
  receiver.received
    .filter(({ body }) => body.groupLabels.alertname === name)
    .map(({ body }) => body.status)

async function pathMetric(name: string, receiver: string): Promise<number | undefined> {
  const { values } = await arena.metrics.gauge(`zstone_alertmanager_path_${name}`, '').get()
  const ofReceiver = values.filter(({ labels }) => labels.receiver === receiver)
  return ofReceiver.length === 0 ? undefined : Math.max(...ofReceiver.map(({ value }) => value))
}

async function failuresKept(): Promise<number> {
  const page = await arena.get<{ events: unknown[] }>('/api/v1/history?kind=failed')
  return page.events.length
}

async function fail(): Promise<void> {
  await arena.post([firing('Fine', { team: 'good' })])
  await until(() => working.received.length === 1)
  failing.answer(503)
  await arena.post([firing('Lost')])
  await until(() => failing.refused() > 0)
  // Only now it stands since when it fails: before, time must not jump.
  await until(async () => (await failuresKept()) > 0)
}

test('a receiver that takes nothing is told of to another, until it takes what waits', async () => {
  await open(yaml())
  await fail()
  await until(async () => ((await pathMetric('notifications_due', 'bad')) ?? 0) > 0)
  expect(alarmed(working)).toEqual([])
  offsetMs += 301_000
  await until(() => alarmed(working).length === 1)
  expect(await pathMetric('failing_seconds', 'bad')).toBeGreaterThan(300)
  expect(await pathMetric('failing_seconds', 'good')).toBe(0)
  expect(await pathMetric('last_success_timestamp_seconds', 'good')).toBeGreaterThan(1e9)
  expect(working.received.at(-1)?.body.commonLabels).toEqual({
    alertname: 'NotificationFailed',
    receiver: 'bad',
    integration: 'webhook',
    severity: 'critical',
  })
  await arena.restart()
  failing.answer(200)
  offsetMs += 61_000 // The next attempt is due.
  await until(() => alarmed(working).length === 2)
  expect(alarmed(working)).toEqual(['firing', 'resolved'])
  await until(() => failing.received.some(({ body }) => body.groupLabels.alertname === 'Lost'))
})

test('several instances raise one alert, and it is told once', async () => {
  await open(yaml())
  const metrics = createMetrics()
  const queues = await openQueues({ ...arena.deps, metrics, log: silentLog })
  const second = createAlertmanager({ ...arena.deps, metrics, queues, isShared: true })
  await second.start()
  await fail()
  offsetMs += 301_000
  await until(() => alarmed(working).length === 1)
  const passes = async () => {
    const seconds = metrics.histogram('zstone_loop_pass_seconds', '')
    const { values } = await seconds.get()
    const isOurs = ({ metricName = '', labels }: (typeof values)[number]) =>
      metricName.endsWith('_count') && labels.loop === 'notification paths'
    return values.find(isOurs)?.value ?? 0
  }
  const before = await passes()
  await until(async () => (await passes()) > before + 1)
  expect(alarmed(working)).toEqual(['firing'])
  await queues.close()
  await second.close()
})

test('with 0 nothing is raised', async () => {
  await open(yaml(), { flags: { watchFailAfter: 0 } })
  await fail()
  offsetMs += 301_000
  await until(async () => ((await pathMetric('failing_seconds', 'bad')) ?? 0) > 300)
  const alerts = await arena.get<unknown[]>('/api/v2/alerts?filter=severity%3Dcritical')
  expect(alerts).toEqual([])
})

test('a receiver that refuses for good is told of after three attempts', async () => {
  await open(yaml())
  await arena.post([firing('Fine', { team: 'good' })])
  await until(() => working.received.length === 1)
  failing.answer(400)
  await arena.post([firing('Refused')])
  for (const [attempts, waitMs] of [61_000, 121_000].entries()) {
    await until(() => failing.refused() === attempts + 1)
    // Only now it stands when the next attempt is due: before, time must not jump.
    await until(async () => (await failuresKept()) === attempts + 1)
    expect(alarmed(working)).toEqual([])
    offsetMs += waitMs
  }
  await until(() => alarmed(working).length === 1)
  expect(working.received.at(-1)?.body.commonAnnotations.description).toContain('400')
})

test('heartbeats go to receivers that ask for them, and one that takes none is told of', async () => {
  const flags = { watchHeartbeatInterval: 500 }
  await open(yaml('{ heartbeat: "true" }'), { flags })
  await arena.post([firing('Fine', { team: 'good' })])
  await until(() => alarmed(failing, 'DeliveryHeartbeat').length >= 3)
  const keys = failing.received.map(({ body }) => body.idempotencyKey)
  expect(new Set(keys).size).toBe(keys.length)
  expect(alarmed(working, 'DeliveryHeartbeat')).toEqual([])
  failing.answer(500)
  await until(async () => ((await pathMetric('failing_seconds', 'bad')) ?? 0) > 0)
  offsetMs += 301_000
  await until(() => alarmed(working, 'HeartbeatFailed').length === 1)
  failing.answer(200)
  await until(() => alarmed(working, 'HeartbeatFailed').at(-1) === 'resolved')
})
