/** Routes that keep hours, in a whole alertmanager whose clock is moved. */
import { expect, test } from '@jest/globals'
import type { PostableAlert } from '#api/alert'
import { systemClock } from '#lib/clock'
import { until } from '#test/until'
import { openArena, openReceiver } from './arena.conformance.ts'

const hourMs = 3_600_000
const startMs = Date.parse('2026-03-06T12:00:00Z')

test('what a route holds back at its hours is told after them, and an end is never held', async () => {
  let offsetMs = startMs - systemClock.nowMs()
  const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + offsetMs }
  const receiver = await openReceiver()
  const arena = await openArena(
    `
route:
  receiver: r
  group_by: [alertname]
  group_wait: 50ms
  group_interval: 200ms
  repeat_interval: 10d
  routes:
  - matchers: [hours=quiet]
    mute_time_intervals: [lunch]
  - matchers: [hours=open]
    active_time_intervals: [evening]
receivers:
- name: r
  webhook_configs: [{ url: "${receiver.url}/" }]
mute_time_intervals:
- name: lunch
  time_intervals: [{ times: [{ start_time: "12:00", end_time: "13:00" }] }]
time_intervals:
- name: evening
  time_intervals: [{ times: [{ start_time: "20:00", end_time: "24:00" }] }]
`,
    { clock },
  )
  const firing = (alertname: string, hours: string): PostableAlert => ({
    labels: { alertname, hours },
    startsAt: new Date(clock.nowMs()).toISOString(),
    endsAt: new Date(clock.nowMs() + 30 * hourMs).toISOString(),
  })
  const told = (name: string) =>
    receiver.received
      .filter(({ body }) => body.groupLabels.alertname === name)
      .map(({ body }) => body.status)
  const heldBack = async (reason: string) => {
    const counter = arena.metrics.counter('alertmanager_notifications_suppressed_total', '')
    const { values } = await counter.get()
    return values.find(({ labels }) => labels.reason === reason)?.value ?? 0
  }
  await arena.post([firing('Quiet', 'quiet'), firing('Open', 'open'), firing('Any', 'any')])
  await until(() => told('Any').length === 1)
  await until(async () => (await heldBack('mute_time_interval')) > 1)
  await until(async () => (await heldBack('active_time_interval')) > 1)
  expect([told('Quiet'), told('Open')]).toEqual([[], []])

  offsetMs += 2 * hourMs
  await until(() => told('Quiet').length === 1)
  expect(told('Open')).toEqual([])

  offsetMs += 7 * hourMs
  await until(() => told('Open').length === 1)

  offsetMs += 15.5 * hourMs // Lunch again.
  const endsAt = () => new Date(clock.nowMs()).toISOString()
  await arena.post([
    { labels: { alertname: 'Quiet', hours: 'quiet' }, endsAt: endsAt() },
    { labels: { alertname: 'Open', hours: 'open' }, endsAt: endsAt() },
  ])
  await until(() => told('Quiet').length === 2 && told('Open').length === 2)
  expect([told('Quiet'), told('Open'), told('Any')]).toEqual([
    ['firing', 'resolved'],
    ['firing', 'resolved'],
    ['firing'],
  ])
  await arena.close()
  await receiver.close()
})
