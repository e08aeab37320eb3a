import { expect, test } from '@jest/globals'
import type { Notification } from '#api/alert'
import { createManualClock } from '#lib/clock'
import { seededRandom } from '#lib/random'
import { createTracer } from '#lib/trace'
import { parseConfig } from '../config/config.ts'
import { silentWorld } from './notifier.conformance.ts'
import { type TestSend, testSend } from './test-send.ts'

const yaml = `
route: { receiver: ops }
receivers:
- name: ops
  webhook_configs:
  - url: http://good.example/
  - url: http://bad.example/?token=hunter2
- name: nobody
`

async function run(request: TestSend) {
  const got: { readonly url: string; readonly body: Notification; readonly key: string | null }[] =
    []
  const fetchOver: typeof fetch = async (input, init) => {
    const body = JSON.parse(String(init?.body)) as Notification // Our own body.
    const key = new Headers(init?.headers).get('Idempotency-Key')
    got.push({ url: String(input), body, key })
    return new Response('no', { status: String(input).includes('bad') ? 403 : 200 })
  }
  const config = parseConfig(yaml, 'am.yml')
  const outcomes = await testSend(request, {
    clock: createManualClock(Date.parse('2026-01-02T03:04:05Z')),
    random: seededRandom(1),
    tracer: createTracer('test'),
    config: () => config,
    externalUrl: 'http://am.example',
    notifierOf: (integration) => integration.open({ ...silentWorld(), fetch: fetchOver }),
  })
  return { got, outcomes }
}

test('each integration is tried once, and each outcome is told', async () => {
  const { got, outcomes } = await run({ receiver: 'ops' })
  expect(got).toHaveLength(2)
  expect(outcomes).toMatchObject([
    { integration: 'webhook', index: 0, outcome: { kind: 'delivered' } },
    { integration: 'webhook', index: 1, outcome: { kind: 'failed', passing: false } },
  ])
  expect(got.map(({ key }) => key)).toEqual(outcomes.map(({ idempotencyKey }) => idempotencyKey))
  expect(new Set(got.map(({ key }) => key)).size).toBe(2)
  expect(JSON.stringify(outcomes)).not.toContain('hunter2')
})

test('one integration can be chosen', async () => {
  const only = { integration: 'webhook', index: 1 }
  const { got } = await run({ receiver: 'ops', only })
  expect(got.map(({ url }) => url)).toEqual(['http://bad.example/?token=hunter2'])
})

test('the notification says that it is a test, and nobody takes it for the real alert', async () => {
  const { got } = await run({ receiver: 'ops', labels: { alertname: 'DiskFailing', node: 'n1' } })
  const { body } = got[0] ?? {}
  expect(body).toMatchObject({
    status: 'firing',
    receiver: 'ops',
    externalURL: 'http://am.example',
    groupKey: expect.stringMatching(/^test:/),
    commonLabels: { alertname: 'Test of DiskFailing', node: 'n1', zstone_test: 'true' },
    commonAnnotations: { summary: 'This is a test notification: nothing is wrong' },
    alerts: [{ startsAt: '2026-01-02T03:04:05Z', endsAt: '0001-01-01T00:00:00Z' }],
  })
})

test('a test that has fired can be resolved: it is the same group and the same alert', async () => {
  const fired = (await run({ receiver: 'ops', labels: { node: 'n1' } })).got[0]?.body
  const ended = (await run({ receiver: 'ops', labels: { node: 'n1' }, status: 'resolved' })).got[0]
  expect(ended?.body).toMatchObject({
    status: 'resolved',
    groupKey: fired?.groupKey,
    alerts: [{ fingerprint: fired?.alerts[0]?.fingerprint, endsAt: '2026-01-02T03:04:05Z' }],
  })
})

test('a receiver with nobody in it has no outcomes', async () => {
  expect((await run({ receiver: 'nobody' })).outcomes).toEqual([])
})

test.each([
  [{ receiver: 'gone' }, 'RECEIVER_NOT_FOUND'],
  [{ receiver: 'ops', only: { integration: 'email' } }, 'INTEGRATION_NOT_FOUND'],
  [{ receiver: 'ops', only: { integration: 'webhook', index: 2 } }, 'INTEGRATION_NOT_FOUND'],
])('%j is not there', async (request, code) => {
  await expect(run(request)).rejects.toMatchObject({ code, status: 404 })
})
