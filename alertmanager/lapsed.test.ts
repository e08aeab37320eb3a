import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { until } from '#test/until'
import { type Arena, type FakeReceiver, openArena, openReceiver } from './arena.conformance.ts'

let arena: Arena
let receiver: FakeReceiver
let offsetMs = 0
const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + offsetMs }

beforeEach(async () => {
  offsetMs = 0
  receiver = await openReceiver()
  const yaml = `
route: { receiver: hook, group_wait: 0s, group_interval: 1s, repeat_interval: 1d }
receivers: [{ name: hook, webhook_configs: [{ url: '${receiver.url}' }] }]
`
  arena = await openArena(yaml, { clock })
})

afterEach(async () => {
  await arena.close()
  await receiver.close()
})

const told = () => receiver.received.map(({ body }) => body.status)
const minuteMs = 60_000
const inMs = (ms: number) => new Date(clock.nowMs() + ms).toISOString()
const alert = { labels: { alertname: 'DiskFailing' }, startsAt: inMs(0) }

/** The end that was promised passes while nobody listens. */
async function missTheEnd(): Promise<void> {
  await arena.post([{ ...alert, endsAt: inMs(3 * minuteMs) }])
  await until(() => told().length === 1)
  await arena.restart(async () => {
    offsetMs += 3 * minuteMs
  })
}

test('an alert whose end passed while nobody listened is not told as resolved', async () => {
  await missTheEnd()
  await arena.post([{ ...alert, endsAt: inMs(60 * minuteMs) }])
  await arena.post([{ labels: { alertname: 'Another' }, endsAt: inMs(60 * minuteMs) }])
  await until(() => receiver.received.at(-1)?.body.alerts.length === 2)
  expect(told()).toEqual(['firing', 'firing'])
})

test('if nobody says within its time that it still fires, its end is told', async () => {
  await missTheEnd()
  offsetMs += 3 * minuteMs
  await until(() => told().length === 2)
  expect(told()).toEqual(['firing', 'resolved'])
})

test('an end that was told to us is told on at once', async () => {
  await arena.post([{ ...alert, endsAt: inMs(60 * minuteMs) }])
  await until(() => told().length === 1)
  await arena.post([{ ...alert, endsAt: inMs(0) }])
  await arena.restart()
  await until(() => told().length === 2)
  expect(told()).toEqual(['firing', 'resolved'])
})
