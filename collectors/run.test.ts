import { expect, test } from '@jest/globals'
import type { MetricFamily } from '#api/sample'
import { createManualClock } from '#lib/clock'
import { type Log, silentLog } from '#lib/log'
import type { Collector } from './collector.ts'
import { seriesOf } from './fake/series.ts'
import { createCollection } from './run.ts'

const one = (name: string, value = 1): MetricFamily[] => [
  { name, type: 'gauge', help: 'One.', samples: [{ name, labels: {}, value }] },
]
const hangs = () => new Promise<MetricFamily[]>(() => {})

function worldWith(...collectors: Collector[]) {
  const clock = createManualClock()
  const lines: { message: string; reason?: string }[] = []
  const note = (fields: object, message: string) => void lines.push({ ...fields, message })
  const log: Log = { ...silentLog, info: note, warn: note }
  const collection = createCollection({ collectors, clock, log })
  const tick = async (waitMs = 0) => {
    const families = collection.collect()
    await clock.advance(waitMs)
    return seriesOf(await families)
  }
  return { clock, collection, lines, tick }
}

test('what collectors give is served with their success, duration and time', async () => {
  const { tick, clock } = worldWith({ name: 'good', collect: () => one('thing') })
  expect(await tick()).toEqual({
    thing: 1,
    'zstone_collector_success{collector="good"}': 1,
    'zstone_collector_duration_seconds{collector="good"}': 0,
    'node_scrape_collector_success{collector="good"}': 1,
    'node_scrape_collector_duration_seconds{collector="good"}': 0,
    'zstone_collector_last_success_timestamp_seconds{collector="good"}': clock.nowMs() / 1000,
  })
})

test('a failed collector serves nothing old and spoils no other', async () => {
  let works = true
  const flaky: Collector = {
    name: 'flaky',
    collect() {
      if (!works) throw new Error('the source is gone')
      return one('flaky_thing')
    },
  }
  const { tick, clock } = worldWith(flaky, { name: 'good', collect: () => one('thing') })
  const succeededAt = clock.nowMs() / 1000
  expect(await tick()).toHaveProperty('flaky_thing', 1)
  works = false
  await clock.advance(15_000)
  const series = await tick()
  expect(series).not.toHaveProperty('flaky_thing')
  expect(series).toMatchObject({
    thing: 1,
    'zstone_collector_success{collector="flaky"}': 0,
    'zstone_collector_failure_info{collector="flaky", reason="the source is gone"}': 1,
    'zstone_collector_last_success_timestamp_seconds{collector="flaky"}': succeededAt,
    'zstone_collector_success{collector="good"}': 1,
  })
})

test('a collector that never succeeded has no time of success', async () => {
  const { tick } = worldWith({ name: 'bad', collect: () => Promise.reject(new Error('no')) })
  expect(Object.keys(await tick())).not.toContain(
    'zstone_collector_last_success_timestamp_seconds{collector="bad"}',
  )
})

test('the reason of a failure is logged once a change, and so is its end', async () => {
  const reasons = ['a', 'a', 'a', 'b', undefined, undefined]
  const { tick, lines } = worldWith({
    name: 'flaky',
    collect() {
      const reason = reasons.shift()
      if (reason !== undefined) throw new Error(reason)
      return []
    },
  })
  for (let i = 0; i < 6; i++) await tick()
  expect(lines.map(({ reason, message }) => reason ?? message)).toEqual([
    'a',
    'b',
    'The collector can be read again',
  ])
})

test('a collector that hangs fails at its deadline and is not called again beside it', async () => {
  let calls = 0
  let stopped = false
  const hanging: Collector = {
    name: 'hanging',
    collect(stop) {
      calls++
      stop.addEventListener('abort', () => {
        stopped = true
      })
      return hangs()
    },
  }
  const { tick, lines } = worldWith(hanging, { name: 'good', collect: () => one('thing') })
  expect(await tick(2000)).toMatchObject({
    thing: 1,
    'zstone_collector_success{collector="hanging"}': 0,
    'zstone_collector_duration_seconds{collector="hanging"}': 2,
  })
  expect(stopped).toBe(true)
  expect(lines[0]?.reason).toBe('Cannot collect hanging: it was not done within 2s')
  expect(await tick()).toMatchObject({
    thing: 1,
    'zstone_collector_success{collector="hanging"}': 0,
  })
  expect(calls).toBe(1)
})

test('a collector with a pace of its own serves its last good reading with its age', async () => {
  let calls = 0
  const { tick, clock } = worldWith({
    name: 'slow',
    pace: { everyMs: 60_000, ageMsMax: 100_000 },
    collect: async () => one('calls', ++calls),
  })
  expect(await tick()).toMatchObject({ calls: 1 })
  await clock.advance(45_000)
  expect(await tick()).toMatchObject({
    calls: 1,
    'zstone_collector_reading_age_seconds{collector="slow"}': 45,
  })
  await clock.advance(15_000)
  expect(await tick()).toMatchObject({
    calls: 2,
    'zstone_collector_reading_age_seconds{collector="slow"}': 0,
  })
})

test('a slow reading does not hold up the tick, and none is served past its age', async () => {
  const readings = [Promise.resolve(one('thing')), hangs()]
  const { tick, clock, lines } = worldWith({
    name: 'slow',
    deadlineMs: 600_000,
    pace: { everyMs: 60_000, ageMsMax: 100_000 },
    collect: () => readings.shift() ?? hangs(),
  })
  expect(await tick()).toMatchObject({ thing: 1 })
  await clock.advance(60_000)
  expect(await tick(1000)).toMatchObject({
    thing: 1,
    'zstone_collector_reading_age_seconds{collector="slow"}': 61,
  })
  await clock.advance(40_000)
  const stale = await tick(1000)
  expect(stale).not.toHaveProperty('thing')
  expect(stale['zstone_collector_success{collector="slow"}']).toBe(0)
  expect(lines[0]?.reason).toBe('its last reading is over 1m40s old')
})

test('before its first reading ends, nothing is said of a slow collector', async () => {
  const pace = { everyMs: 60_000, ageMsMax: 100_000 }
  const { tick } = worldWith({ name: 'slow', deadlineMs: 5000, pace, collect: hangs })
  expect(await tick(1000)).toEqual({})
})

test('closing gives up what is under way', async () => {
  const { collection, clock } = worldWith({ name: 'hanging', collect: hangs })
  const families = collection.collect()
  await collection.close()
  await clock.advance(0)
  expect(seriesOf(await families)).toMatchObject({
    'zstone_collector_success{collector="hanging"}': 0,
  })
})
