import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { until } from '#test/until'
import { type Arena, type FakeReceiver, openArena, openReceiver } from './arena.conformance.ts'

let arena: Arena
let receiver: FakeReceiver

beforeEach(async () => {
  receiver = await openReceiver()
  arena = await openArena(`
route: { receiver: hook, group_wait: 0s, group_interval: 1s, repeat_interval: 1h }
receivers: [{ name: hook, webhook_configs: [{ url: '${receiver.url}' }] }]
`)
})

afterEach(async () => {
  await arena.close()
  await receiver.close()
})

const told = () => receiver.received.map(({ body }) => body.status)
const inMs = (ms: number) => new Date(systemClock.nowMs() + ms).toISOString()
const alert = { labels: { alertname: 'DiskFailing' }, startsAt: inMs(0) }

/** The end that was promised passes while nobody listens. */
async function missTheEnd(): Promise<void> {
  const endsAt = inMs(1500)
  await arena.post([{ ...alert, endsAt }])
  await until(() => told().length === 1)
  await arena.restart(() => until(() => systemClock.nowMs() > Date.parse(endsAt)))
}

test('an alert whose end passed while nobody listened is not told as resolved', async () => {
  await missTheEnd()
  await arena.post([{ ...alert, endsAt: inMs(60_000) }])
  await arena.post([{ labels: { alertname: 'Another' }, endsAt: inMs(60_000) }])
  await until(() => receiver.received.at(-1)?.body.alerts.length === 2)
  expect(told()).toEqual(['firing', 'firing'])
})

test('if nobody says within its time that it still fires, its end is told', async () => {
  await missTheEnd()
  await until(() => told().length === 2)
  expect(told()).toEqual(['firing', 'resolved'])
})

test('an end that was told to us is told on at once', async () => {
  await arena.post([{ ...alert, endsAt: inMs(60_000) }])
  await until(() => told().length === 1)
  await arena.post([{ ...alert, endsAt: inMs(0) }])
  await arena.restart()
  await until(() => told().length === 2)
  expect(told()).toEqual(['firing', 'resolved'])
})
