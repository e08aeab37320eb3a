import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { PostableAlert } from '#api/alert'
import { until } from '#test/until'
import { type Arena, type FakeReceiver, openArena, openReceiver } from './arena.conformance.ts'

let receiver: FakeReceiver
let arena: Arena

const yaml = (url: string, extra = '') => `
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 100ms
  group_interval: 300ms
  repeat_interval: 1h
${extra}
receivers:
- name: hook
  webhook_configs:
  - url: ${url}/hook
`

beforeEach(async () => {
  receiver = await openReceiver()
  arena = await openArena(yaml(receiver.url))
})

afterEach(async () => {
  await arena.close()
  await receiver.close()
})

const firing = (name: string, labels = {}): PostableAlert => ({
  labels: { alertname: name, ...labels },
  annotations: { summary: `${name} is on` },
  startsAt: new Date().toISOString(),
})
const ended = (alert: PostableAlert): PostableAlert => ({
  ...alert,
  endsAt: new Date().toISOString(),
})
const named = (name: string) =>
  receiver.received.filter(({ body }) => body.groupLabels['alertname'] === name)

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
