import { expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { createLoop } from '#lib/loop'
import { createMetrics } from '#lib/metrics'

function world() {
  return { clock: createManualClock(0), log: silentLog, metrics: createMetrics() }
}

test('a loop passes at once, then after every period', async () => {
  const deps = world()
  let passes = 0
  const loop = createLoop({ name: 'count', everyMs: 100, pass: async () => void passes++ }, deps)
  loop.start()
  await deps.clock.advance(250)
  expect(passes).toBe(3)
  await loop.close()
  await deps.clock.advance(1000)
  expect(passes).toBe(3)
})

test('a wake-up during a pass brings exactly one more', async () => {
  const deps = world()
  let passes = 0
  let release = () => {}
  const pass = () => {
    passes += 1
    return new Promise<void>((resolve) => {
      release = resolve
    })
  }
  const loop = createLoop({ name: 'count', everyMs: 1e6, pass }, deps)
  loop.start()
  loop.wake()
  loop.wake()
  expect(passes).toBe(1)
  release()
  await deps.clock.advance(0)
  expect(passes).toBe(2)
  release()
  await loop.close()
  expect(passes).toBe(2)
})

test('how often it passes is told while it runs', async () => {
  const deps = world()
  const interval = 'zstone_loop_interval_seconds{loop="count"} 90'
  const loop = createLoop({ name: 'count', everyMs: 90_000, pass: async () => {} }, deps)
  const told = async () => (await deps.metrics.registry.metrics()).includes(interval)
  expect(await told()).toBe(false)
  loop.start()
  expect(await told()).toBe(true)
  await loop.close()
  expect(await told()).toBe(false)
})

test('a pass that throws is counted, and the next one comes', async () => {
  const deps = world()
  let passes = 0
  const pass = async () => {
    passes += 1
    throw new Error('no')
  }
  const loop = createLoop({ name: 'bad', everyMs: 10, pass }, deps)
  loop.start()
  await deps.clock.advance(10)
  await loop.close()
  expect(passes).toBe(2)
  expect(await deps.metrics.registry.metrics()).toContain(
    'zstone_loop_failures_total{loop="bad"} 2',
  )
})
