/** Acknowledgements in a whole alertmanager that repeats itself all the time. */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { PostableAlert } from '#api/alert'
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { openQueues } from '#lib/queue/bullmq'
import { until } from '#test/until'
import { type Arena, type FakeReceiver, openArena, openReceiver } from '../arena.conformance.ts'
import { createAlertmanager } from '../index.ts'

let receiver: FakeReceiver
let arena: Arena
let offsetMs = 0
const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + offsetMs }
const hourMs = 3_600_000

beforeEach(async () => {
  offsetMs = 0
  receiver = await openReceiver()
  arena = await openArena(
    `
route:
  receiver: r
  group_by: [alertname]
  group_wait: 50ms
  group_interval: 100ms
  repeat_interval: 250ms
  routes:
  - matchers: [severity=critical]
    group_by: [alertname, severity]
receivers:
- name: r
  webhook_configs: [{ url: "${receiver.url}/" }]
`,
    { clock },
  )
})

afterEach(async () => {
  await arena.close()
  await receiver.close()
})

const at = (ms: number) => new Date(ms).toISOString()
const firing = (alertname: string, labels = {}): PostableAlert => ({
  labels: { alertname, ...labels },
  startsAt: at(clock.nowMs()),
  endsAt: at(clock.nowMs() + 48 * hourMs),
})
const ended = (alert: PostableAlert): PostableAlert => ({ ...alert, endsAt: at(clock.nowMs()) })
const told = (name: string) =>
  receiver.received.flatMap(({ body }) =>
    body.groupLabels.alertname === name ? [body.notification_reason] : [],
  )
const repeated = 'the repeat interval has passed'
const worsened = 'it has become worse than when it was acknowledged'

async function heldRepeats(metrics = arena.metrics): Promise<number> {
  const counter = metrics.counter('alertmanager_notifications_suppressed_total', '')
  const { values } = await counter.get()
  return values.find(({ labels }) => labels.reason === 'acknowledgement')?.value ?? 0
}

const send = (method: string, path: string, body?: object, url = arena.url) =>
  fetch(`${url}/api/v1/acks${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })

async function acknowledge(filter: string, more: object = { duration: '1h' }): Promise<string[]> {
  const body = { filter: [filter], comment: 'on it', createdBy: 'ann', ...more }
  const response = await send('POST', '', body)
  expect(response.status).toBe(200)
  return ((await response.json()) as { ids: string[] }).ids
}

interface ShownAck {
  readonly id: string
  readonly status: { readonly state: string; readonly because?: string }
}

const acksOf = (query = '') => arena.get<ShownAck[]>(`/api/v1/acks${query}`)
const statusOf = async (id: string) => (await acksOf()).find((ack) => ack.id === id)?.status

async function isQuiet(name: string): Promise<void> {
  const heldBefore = await heldRepeats()
  await until(async () => (await heldRepeats()) > heldBefore + 1)
  const before = told(name).length
  await until(async () => (await heldRepeats()) > heldBefore + 4)
  expect(told(name)).toHaveLength(before)
}

async function toldAndAcknowledged(name: string, labels = {}): Promise<string> {
  await arena.post([firing(name, labels)])
  await until(() => told(name).includes(repeated))
  const [id = ''] = await acknowledge(`alertname="${name}"`)
  await isQuiet(name)
  return id
}

test('repeats of an acknowledged alert are held back, and come again when it is deleted', async () => {
  const id = await toldAndAcknowledged('Slow')
  expect(await statusOf(id)).toEqual({ state: 'active' })
  const before = told('Slow').length
  expect((await send('DELETE', `/${id}`)).status).toBe(200)
  await until(() => told('Slow').length > before)
  expect(told('Slow').at(-1)).toBe(repeated)
  expect((await statusOf(id))?.because).toBe('deleted')
  expect((await send('DELETE', `/${id}`)).status).toBe(409)
})

test('an acknowledgement expires', async () => {
  const id = await toldAndAcknowledged('Slow')
  const before = told('Slow').length
  offsetMs += hourMs
  await until(() => told('Slow').length > before)
  expect(told('Slow').at(-1)).toBe(repeated)
  expect(await statusOf(id)).toEqual({ state: 'expired' })
})

test('the end of an acknowledged alert is told, and ends the acknowledgement', async () => {
  const alert = firing('Slow')
  await arena.post([alert])
  await until(() => told('Slow').length > 1)
  const [id = ''] = await acknowledge('alertname="Slow"')
  await isQuiet('Slow')
  await arena.post([ended(alert)])
  await until(() => told('Slow').includes('all alerts are resolved'))
  expect((await statusOf(id))?.because).toBe('resolved')
})

test('another alert that joins the group is told, and ends the acknowledgement', async () => {
  const id = await toldAndAcknowledged('Slow', { node: 'a' })
  await arena.post([firing('Slow', { node: 'b' })])
  await until(() => told('Slow').includes(worsened))
  expect((await statusOf(id))?.because).toBe('others joined')
  const before = told('Slow').length
  await until(() => told('Slow').length > before)
  expect(told('Slow').at(-1)).toBe(repeated)
})

test('a higher severity of the same alert ends it, also from another group', async () => {
  const id = await toldAndAcknowledged('Slow', { severity: 'warning' })
  await arena.post([firing('Slow', { severity: 'critical' })])
  await until(() => told('Slow').includes(worsened))
  expect((await statusOf(id))?.because).toBe('severity rose')
  expect(receiver.received.at(-1)?.body.groupLabels.severity ?? 'critical').toBe('critical')
})

test('an alert that fires again between two flushes is told, though nothing else is new', async () => {
  const id = await toldAndAcknowledged('Slow')
  const alert = firing('Slow')
  await arena.post([ended(alert)])
  await arena.post([firing('Slow')])
  // Whichever of the two a flush has seen, the acknowledgement is over.
  await until(async () => /fired again|resolved/.test((await statusOf(id))?.because ?? ''))
  await until(() => told('Slow').at(-1) === repeated)
})

test('a group repeats as long as one of it is not acknowledged', async () => {
  await arena.post([firing('Slow', { node: 'a' }), firing('Slow', { node: 'b' })])
  await until(() => told('Slow').includes(repeated))
  await acknowledge('node="a"')
  const before = told('Slow').length
  await until(() => told('Slow').length > before + 1)
  await acknowledge('node="b"')
  await isQuiet('Slow')
})

test('an acknowledgement survives a restart', async () => {
  const id = await toldAndAcknowledged('Slow')
  await arena.restart()
  await isQuiet('Slow')
  expect(await statusOf(id)).toEqual({ state: 'active' })
})

test('an acknowledgement holds on every instance', async () => {
  const metrics = createMetrics()
  const queues = await openQueues({ ...arena.deps, metrics, log: silentLog })
  const second = createAlertmanager({ ...arena.deps, metrics, queues, isShared: true })
  await second.start()
  await toldAndAcknowledged('Slow')
  const held = async () => (await heldRepeats()) + (await heldRepeats(metrics))
  const before = await held()
  await until(async () => (await held()) > before + 5)
  const { length } = told('Slow')
  await until(async () => (await held()) > before + 10)
  expect(told('Slow')).toHaveLength(length)
  await queues.close()
  await second.close()
})

test('acknowledgements are listed by their alerts and their state', async () => {
  await arena.post([firing('Slow'), firing('Full')])
  const [slow] = await acknowledge('alertname="Slow"')
  const [full] = await acknowledge('alertname="Full"', { expiresAt: at(clock.nowMs() + hourMs) })
  const [again] = await acknowledge('alertname="Slow"')
  const ids = async (query: string) => (await acksOf(query)).map(({ id }) => id).sort()
  expect(await ids('?ended=false')).toEqual([full, again].sort())
  expect(await ids('?active=false')).toEqual([slow])
  expect(await ids('?filter=alertname%3DFull')).toEqual([full])
  const [one] = await arena.get<object[]>('/api/v1/acks?filter=alertname%3DFull')
  expect(one).toMatchObject({
    labels: { alertname: 'Full' },
    comment: 'on it',
    createdBy: 'ann',
    status: { state: 'active' },
  })
})

test.each<[string, object, number, string]>([
  ['without a comment', { comment: ' ' }, 400, 'Cannot acknowledge: comment is missing'],
  ['by nobody', { createdBy: undefined }, 400, 'Cannot acknowledge: createdBy is missing'],
  ['for ever', { duration: undefined }, 400, 'either expiresAt or duration'],
  ['for too long', { duration: '8d' }, 400, 'longer than 7 days'],
  ['of the past', { duration: undefined, expiresAt: at(0) }, 400, 'expire at once'],
  ['of what does not fire', { filter: ['alertname="No"'] }, 404, 'no alert that fires is meant'],
  ['of nothing', { filter: undefined }, 400, 'either filter or fingerprints'],
  ['of everything', { filter: [] }, 400, 'filter is no list of texts'],
])('an acknowledgement %s is refused', async (_, more, status, reason) => {
  await arena.post([firing('Slow')])
  const body = { filter: ['alertname="Slow"'], comment: 'c', createdBy: 'b', duration: '1h' }
  const response = await send('POST', '', { ...body, ...more })
  expect(response.status).toBe(status)
  expect(await response.text()).toContain(reason)
})
