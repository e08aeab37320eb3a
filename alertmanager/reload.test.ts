/** A reload is all or nothing, and tells nobody anything twice. */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { PostableAlert } from '#api/alert'
import { systemClock } from '#lib/clock'
import { until } from '#test/until'
import { type Arena, type FakeReceiver, openArena, openReceiver } from './arena.conformance.ts'

let receiver: FakeReceiver
let arena: Arena

/** A busy machine may answer late, and who was not answered in time tells again. */
const yaml = (route: string) => `
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 50ms
  repeat_interval: 1h
  ${route}
receivers:
- name: hook
  webhook_configs: [{ url: '${receiver.url}/hook', timeout: 1m }]
- name: other
  webhook_configs: [{ url: '${receiver.url}/other' }]
`

beforeEach(async () => {
  receiver = await openReceiver()
  arena = await openArena(yaml('group_interval: 200ms'))
})

afterEach(async () => {
  await arena.close()
  await receiver.close()
})

async function gauge(name: string): Promise<number> {
  const { values } = await arena.metrics.gauge(name, '').get()
  return values[0]?.value ?? Number.NaN
}

const firing = (name: string): PostableAlert => ({
  labels: { alertname: name },
  startsAt: new Date(systemClock.nowMs()).toISOString(),
  endsAt: new Date(systemClock.nowMs() + 3_600_000).toISOString(),
})

const timesTold = () => {
  const counts = new Map<string, number>()
  for (const { body } of receiver.received)
    counts.set(body.groupKey, (counts.get(body.groupKey) ?? 0) + 1)
  return counts
}

const shown = async () => {
  const { config } = await arena.get<{ config: { original: string } }>('/api/v2/status')
  return config.original
}

const reloadByHttp = () => fetch(`${arena.url}/-/reload`, { method: 'POST' })

test('a bad file changes nothing, whoever asks, and the metric says so until a good one', async () => {
  const before = await shown()
  const [successful, hash] = [
    'alertmanager_config_last_reload_successful',
    'alertmanager_config_hash',
  ]
  const hashBefore = await gauge(hash)
  expect(await gauge(successful)).toBe(1)
  const bad = yaml('group_interval: 0s')
  await expect(arena.configure(bad)).rejects.toThrow('group_interval cannot be zero')
  expect(await gauge(successful)).toBe(0)
  const answer = await reloadByHttp()
  expect(answer.status).toBe(500)
  expect(await answer.text()).toMatch(
    /^failed to reload config: .*line \d+: route.group_interval cannot be zero\n$/,
  )
  expect([await shown(), await gauge(hash)]).toEqual([before, hashBefore])
  await arena.post([firing('StillRouted')])
  await until(() => timesTold().size === 1)

  await arena.configure(yaml('group_interval: 300ms'))
  expect(await gauge(successful)).toBe(1)
  expect(await shown()).not.toBe(before)
  expect((await reloadByHttp()).status).toBe(200)
})

const roundOfAll = { withinMs: 600_000 }

test('2,000 groups, 7 reloads and a bad one: nothing is told twice', async () => {
  const names = Array.from({ length: 2000 }, (_, i) => `Group${i}`)
  for (let i = 0; i < names.length; i += 500) await arena.post(names.slice(i, i + 500).map(firing))
  await until(() => timesTold().size === names.length, roundOfAll)
  const routes = [
    'group_interval: 250ms',
    'group_interval: 200ms\n  routes: [{ matchers: [x=y], receiver: other }]',
    'group_interval: 200ms\n  routes: [{ matchers: [x=y], receiver: other, continue: true }]',
    'group_interval: 200ms\n  routes: [{ matchers: [z=y] }, { matchers: [x=y], receiver: other }]',
    'group_interval: 200ms',
    'group_interval: 300ms\n  routes: [{ matchers: [alertname=none] }]',
    'group_interval: 0s',
    'group_interval: 250ms',
  ]
  for (const [i, route] of routes.entries()) {
    await arena.configure(yaml(route)).catch(() => undefined)
    await flushesPass(`After${i}`, 2)
  }
  await flushesPass('Last', 4)
  expect(timesTold().get('{}:{alertname="Last"}')).toBe(4)
  const told = [...timesTold()].filter(([group]) => group.includes('Group'))
  expect(told.filter(([, times]) => times > 1)).toEqual([])
  expect(told).toHaveLength(names.length)
}, 900_000) // All of them are flushed some twenty times.

/** A group grows alert by alert, each told by another flush: meanwhile all others flush as well. */
async function flushesPass(name: string, count: number): Promise<void> {
  for (let i = 1; i <= count; i++) {
    const alert = firing(name)
    await arena.post([{ ...alert, labels: { ...alert.labels, i: String(i) } }])
    await until(() => (timesTold().get(`{}:{alertname="${name}"}`) ?? 0) >= i, roundOfAll)
  }
}
