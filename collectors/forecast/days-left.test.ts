import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { daysLeft, type TimedWearPoint } from './days-left.ts'
import { growthAfter } from './wear-growth.ts'
import { wearRatesOf } from './wear-rate.ts'

const hourMs = 3_600_000

/** A drive that is always powered, looked at every 30 days. */
const months = (percents: readonly number[], from = 1000): TimedWearPoint[] =>
  percents.map((percent, i) => ({
    percent,
    powerOnHours: from + i * 720,
    bytesWritten: undefined,
    atMs: i * 720 * hourMs,
  }))

test('a drive that wears evenly ends when its rate says, within the band', () => {
  const left = daysLeft(months([40, 45, 50, 55], 5760))
  // 45 points are left at 5 points in 30 days; what is fast gets a little faster.
  expect(left?.median).toBeGreaterThan(225)
  expect(left?.median).toBeLessThanOrEqual(270)
  expect(left?.low).toBeLessThan(left?.median ?? 0)
  expect(left?.high).toBeGreaterThan(left?.median ?? 0)
})

test('a drive that does not wear has no end in sight', () => {
  expect(daysLeft(months([3, 3, 3, 3], 200_000))).toEqual({})
})

test('a drive that is worn out has no days left, and no fewer', () => {
  expect(daysLeft(months([80, 104]))).toMatchObject({ low: 0, median: 0, high: 0 })
})

test('two days of history are too little', () => {
  const day = (hours: number, percent: number) => ({
    ...{ powerOnHours: hours, percent },
    ...{ bytesWritten: undefined, atMs: hours * hourMs },
  })
  expect(daysLeft([])).toBeUndefined()
  expect(daysLeft([day(100, 7)])).toBeUndefined()
  expect(daysLeft([day(100, 7), day(148, 8)])).toBeUndefined()
})

test('a disk that is powered half of the time lasts twice the days', () => {
  const always = months([40, 45, 50, 55])
  const half = always.map((point) => ({ ...point, atMs: 2 * point.atMs }))
  const ratio = (daysLeft(half)?.median ?? 0) / (daysLeft(always)?.median ?? 1)
  expect(ratio).toBeCloseTo(2, 1)
})

test('a count that begins anew at 256 does not make a drive young', () => {
  const rates = wearRatesOf(months([200, 224, 3, 27, 51]))
  expect((rates?.recent ?? 0) * 720).toBeCloseTo(24)
})

test('writing less lately counts, where bytes are known', () => {
  const tera = (percents: readonly number[], bytes: readonly number[]) =>
    months(percents, 36_000).map((point, i) => ({ ...point, bytesWritten: (bytes[i] ?? 0) * 1e12 }))
  const even = wearRatesOf(tera([10, 11, 12, 12], [100, 110, 120, 130]))
  const less = wearRatesOf(tera([10, 11, 12, 12], [100, 130, 160, 161]))
  expect(less?.steady).toBeLessThan((even?.steady ?? 0) / 2)
})

test('one step in a short spell is not yet a trend, ten are', () => {
  const rateOf = (steps: number) =>
    (wearRatesOf(months([20, 20, 20, 20 + steps], 72_000))?.recent ?? 0) * 720
  expect(rateOf(1)).toBeLessThan(0.6)
  expect(rateOf(10)).toBeGreaterThan(8)
})

test('a point that was just reached makes the next one far, where bytes tell', () => {
  const leadOf = (percents: readonly number[]) =>
    wearRatesOf(months(percents).map((point, i) => ({ ...point, bytesWritten: 1e12 * (1 + i) })))
      ?.lead ?? 0
  // Half a point each month: 10 lasted until late in the history, or came to an end early in it.
  expect(leadOf([10, 10, 11])).toBeLessThan(0)
  expect(leadOf([10, 11, 11])).toBeGreaterThan(0)
  expect(leadOf([10, 11])).toBe(0)
})

test('growth never falls with time, nor does the band cross', () => {
  const rate = fc.double({ min: 0, max: 0.2, noNaN: true })
  const lead = fc.double({ min: -0.5, max: 0.5, noNaN: true })
  const hours = fc.integer({ min: 0, max: 100_000 })
  fc.assert(
    fc.property(fc.record({ steady: rate, recent: rate, lead }), hours, hours, (rates, a, b) => {
      const [less, more] = [growthAfter(rates, Math.min(a, b)), growthAfter(rates, Math.max(a, b))]
      for (const bound of ['low', 'median', 'high'] as const)
        expect(less[bound]).toBeLessThanOrEqual(more[bound])
      expect(less.low).toBeLessThanOrEqual(less.median)
      expect(less.median).toBeLessThanOrEqual(less.high)
    }),
  )
})

test('whatever a history holds, days are whole and in order', () => {
  const point = fc.record({
    powerOnHours: fc.nat(200_000),
    percent: fc.integer({ min: 0, max: 255 }),
    bytesWritten: fc.option(fc.nat(), { nil: undefined }),
    atMs: fc.nat(),
  })
  fc.assert(
    fc.property(fc.array(point), (points) => {
      const left = daysLeft(points.toSorted((a, b) => a.powerOnHours - b.powerOnHours))
      const { low = Infinity, median = Infinity, high = Infinity } = left ?? {}
      expect(low).toBeLessThanOrEqual(median)
      expect(median).toBeLessThanOrEqual(high)
      expect(low).toBeGreaterThanOrEqual(0)
    }),
  )
})
