/** Flap damping in a whole alertmanager. */
import { expect, test } from '@jest/globals'
import type { PostableAlert } from '#api/alert'
import { systemClock } from '#lib/clock'
import { until } from '#test/until'
import { openArena, openReceiver } from '../arena.conformance.ts'

const yaml = (url: string) => `
route: { receiver: r, group_by: [alertname], group_wait: 10ms, group_interval: 50ms }
receivers:
- name: r
  webhook_configs: [{ url: "${url}/" }]
`

const unstored = 'zstone_alertmanager_alerts_unstored'

async function openFlapping(changes: number) {
  let offsetMs = 0
  const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + offsetMs }
  const receiver = await openReceiver()
  const flags = { flapChanges: changes, flapWindow: 600_000, flapCalm: 300_000 }
  const arena = await openArena(yaml(receiver.url), { clock, flags })
  const told = () =>
    receiver.received.map(({ body: { status, alerts } }) =>
      alerts[0]?.flapping ? `flapping ${status}` : status,
    )
  const at = () => new Date(clock.nowMs()).toISOString()
  const alert = { labels: { alertname: 'Link', port: '1' } }
  const report = async (posted: PostableAlert) =>
    expect((await arena.post([posted])).status).toBe(200)
  return {
    arena,
    told,
    reasons: () => receiver.received.map(({ body }) => body.notification_reason),
    fire: () =>
      report({
        ...alert,
        startsAt: at(),
        endsAt: new Date(clock.nowMs() + 3_600_000).toISOString(),
      }),
    end: () => report({ ...alert, endsAt: at() }),
    groups: async () => (await arena.alertmanager.status()).groups,
    /** Until the store has what was posted: a flush reads it there, and time jumps here. */
    stored: () =>
      until(async () => {
        const text = await arena.metrics.registry.getSingleMetricAsString(unstored)
        return text.endsWith(`${unstored} 0`)
      }),
    pass: (ms: number) => {
      offsetMs += ms
    },
    async close() {
      await arena.close()
      await receiver.close()
    },
  }
}

test('a flapping alert is told once, is quiet over a restart, and its end is told', async () => {
  const flapping = await openFlapping(3)
  const { told, fire, end } = flapping
  await fire()
  await until(() => told().length === 1)
  await end()
  await until(() => told().length === 2)
  await fire()
  await until(() => told().length === 3)
  await end()
  await until(() => told().length === 4)
  expect(told()).toEqual(['firing', 'resolved', 'firing', 'flapping firing'])
  await fire()
  await flapping.arena.restart()
  await end()
  await fire()
  await end()
  await flapping.stored()
  flapping.pass(270_000) // The rest passes while we look, on a slow machine.
  // Its group lives on, though all in it is resolved: the end is still to be told.
  expect(await flapping.groups()).toBe(1)
  expect(told()).toHaveLength(4)
  flapping.pass(31_000)
  await until(() => told().length === 5)
  expect(told().at(-1)).toBe('resolved')
  expect(flapping.reasons().slice(3)).toEqual([
    'an alert flaps: its changes are not told until it is calm',
    'an alert flaps no more',
  ])
  await until(async () => (await flapping.groups()) === 0)
  await flapping.close()
})

test('one that fires in the end is told as firing', async () => {
  const flapping = await openFlapping(2)
  const { told, fire, end } = flapping
  await fire()
  await until(() => told().length === 1)
  await end()
  await fire()
  await until(() => told().at(-1) === 'flapping firing')
  await flapping.stored()
  flapping.pass(301_000)
  await until(() => told().at(-1) === 'firing')
  await flapping.close()
})

test('by default nothing is damped', async () => {
  const flapping = await openFlapping(0)
  const { told, fire, end } = flapping
  for (let i = 0; i < 6; i++) {
    await (i % 2 === 0 ? fire() : end())
    await until(() => told().length === i + 1)
  }
  expect(new Set(told())).toEqual(new Set(['firing', 'resolved']))
  await flapping.close()
})
