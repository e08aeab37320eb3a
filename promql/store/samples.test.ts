import { expect, test } from '@jest/globals'
import { createMatcher } from '#lib/matcher'
import { createMetrics } from '#lib/metrics'
import { createSamples } from './samples.ts'

const sample = (name: string, value: number, labels = {}) => ({ name, labels, value })
const named = (name: string) => [createMatcher('__name__', '=', name)]

function store({ retentionMs = 60_000, seriesMax = 100 } = {}) {
  const metrics = createMetrics()
  return { metrics, samples: createSamples({ metrics, retentionMs, seriesMax }) }
}

const newest = (samples: ReturnType<typeof store>['samples'], name: string, atMs: number) =>
  samples.select(named(name)).map((series) => series.at(atMs, 0)?.value)

test('a series that vanishes from its target ends; others do not notice', () => {
  const { samples } = store()
  samples.append({ name: 't' }, [sample('a', 1), sample('b', 1)], 1000)
  samples.append({ name: 'u' }, [sample('c', 1)], 1000)
  samples.append({ name: 't' }, [sample('b', 2)], 2000)
  expect(newest(samples, 'a', 2000)).toEqual([undefined])
  expect(newest(samples, 'a', 1999)).toEqual([1])
  expect(newest(samples, 'b', 2000)).toEqual([2])
  expect(newest(samples, 'c', 2000)).toEqual([1])
  samples.append({ name: 't' }, [sample('a', 3)], 3000)
  expect(newest(samples, 'a', 3000)).toEqual([3])
})

test('the past is refused, and so is a second value for one time', async () => {
  const { samples, metrics } = store()
  const append = (value: number, atMs: number) =>
    samples.append({ name: 't' }, [sample('a', value)], atMs)
  expect(append(1, 2000)).toMatchObject({ appended: 1 })
  expect(append(1, 1000)).toMatchObject({ appended: 0, refused: { 'out-of-order': 1 } })
  expect(append(9, 2000)).toMatchObject({ appended: 0, refused: { duplicate: 1 } })
  expect(append(1, 2000)).toEqual({ appended: 0, refused: {} })
  expect(newest(samples, 'a', 5000)).toEqual([1])
  const text = await metrics.registry.metrics()
  expect(text).toContain('zstone_promql_samples_refused_total{reason="out-of-order"} 1')
  expect(text).toContain('zstone_promql_samples_refused_total{reason="duplicate"} 1')
})

test('a series over the limit is refused and counted, known ones go on', () => {
  const { samples } = store({ seriesMax: 2 })
  const all = ['a', 'b', 'c'].map((name) => sample(name, 1))
  expect(samples.append({ name: 't' }, all, 1000)).toEqual({
    appended: 2,
    refused: { 'series-limit': 1 },
  })
  expect(samples.append({ name: 't' }, all, 2000).appended).toBe(2)
  expect(samples.seriesCount).toBe(2)
})

test('what is older than the retention goes, and series without samples go with it', () => {
  const { samples } = store({ retentionMs: 60_000 })
  samples.append({ name: 't' }, [sample('gone', 1)], 0)
  for (let atMs = 1000; atMs <= 300_000; atMs += 1000)
    samples.append({ name: 't' }, [sample('a', atMs)], atMs)
  expect(samples.labelValues('__name__')).toEqual(['a'])
  const window = samples.select(named('a'))[0]?.window(0, 300_000)
  const count = (window?.to ?? 0) - (window?.from ?? 0)
  expect(count).toBeGreaterThanOrEqual(60)
  expect(count).toBeLessThan(150)
})

test('a target that comes back after the retention is found again', () => {
  const { samples } = store({ retentionMs: 60_000 })
  samples.append({ name: 't' }, [sample('a', 1)], 0)
  samples.append({ name: 't' }, [sample('a', 2)], 500_000)
  expect(newest(samples, 'a', 500_000)).toEqual([2])
})

test('a window that was handed out stays as it is while samples come in', () => {
  const { samples } = store()
  samples.append({ name: 't' }, [sample('a', 7)], 0)
  const window = samples.select(named('a'))[0]?.window(0, 1000)
  for (let atMs = 1000; atMs <= 200_000; atMs += 1000)
    samples.append({ name: 't' }, [sample('a', 8)], atMs)
  expect(window?.values.slice(window.from, window.to)).toEqual(Float64Array.of(7))
})

test("the target's labels go onto samples; of two the target's wins, unless honored", () => {
  const { samples } = store()
  const labels = { job: 'push', instance: 'here' }
  const own = [sample('a', 1, { instance: 'there', x: '1' })]
  samples.append({ name: 't', labels }, own, 1000)
  samples.append({ name: 'u', labels, honorLabels: true }, own, 1000)
  expect(samples.select(named('a')).map((series) => ({ ...series.labels }))).toEqual([
    { __name__: 'a', exported_instance: 'there', instance: 'here', job: 'push', x: '1' },
    { __name__: 'a', instance: 'there', job: 'push', x: '1' },
  ])
})

test('names of objects are labels like any other', () => {
  const { samples } = store()
  const labels = JSON.parse('{"__proto__": "p", "constructor": "c", "empty": ""}')
  samples.append({ name: 't' }, [sample('a', 1, labels)], 1000)
  const absent = [...named('a'), createMatcher('toString', '=', '')]
  expect(samples.select(absent)).toHaveLength(1)
  expect(samples.select([createMatcher('__proto__', '=', 'p')])).toHaveLength(1)
  expect(samples.labelNames()).toEqual(['__name__', '__proto__', 'constructor'])
})

test('a window that someone is done with makes room, one that someone keeps does not', () => {
  const { samples } = store()
  for (let atMs = 0; atMs < 100; atMs++)
    samples.append({ name: 't' }, [sample('a', atMs), sample('b', 1000 - atMs)], atMs)
  const windowOf = (name: string) => samples.select(named(name))[0]?.window(0, 99)
  const numbers = (window: ReturnType<typeof windowOf>) =>
    Array.from(window?.values.slice(window.from, window.to) ?? [])
  const all = Array.from({ length: 100 }, (_, i) => i)
  const before = windowOf('a')
  const kept = samples.borrow?.(
    () => windowOf('b'),
    () => false,
  )
  for (let i = 0; i < 300; i++) {
    samples.borrow?.(
      () => Array.from({ length: 200 }, () => windowOf('a')),
      () => true,
    )
  }
  expect(numbers(before)).toEqual(all)
  expect(numbers(kept)).toEqual(all.map((n) => 1000 - n))
})
