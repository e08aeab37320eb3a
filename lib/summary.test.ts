import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createManualClock } from '#lib/clock'
import { createMetrics } from '#lib/metrics'
import { createSummary } from '#lib/summary'

function open() {
  const clock = createManualClock()
  const metrics = createMetrics()
  const summary = createSummary(metrics, { name: 's', help: 'H.', label: 'method', clock })
  return { clock, metrics, summary }
}

async function quantilesOf({ metrics }: ReturnType<typeof open>): Promise<number[]> {
  const text = await metrics.registry.metrics()
  return [...text.matchAll(/^s\{.*quantile.*\} (.*)$/gm)].map(([, value]) => Number(value))
}

test('a summary is shown as Prometheus’s own clients show it', async () => {
  const opened = open()
  for (let i = 1; i <= 1000; i++) opened.summary.observe('put', i / 1000)
  const text = await opened.metrics.registry.metrics()
  expect(text).toContain('# TYPE s summary')
  expect(text).toContain('s_count{method="put"} 1000')
  expect(text).toMatch(/s_sum\{method="put"\} 500\.(4|5)/)
  expect(text).toMatch(/^s\{method="put",quantile="0.1"\} 0\.(099|1)/m)
})

test('quantiles are within one per cent of an observed value of that rank', async () => {
  const positive = fc.double({ min: 1e-8, max: 1e11, noNaN: true })
  await fc.assert(
    fc.asyncProperty(fc.array(positive, { minLength: 1, maxLength: 200 }), async (values) => {
      const opened = open()
      for (const value of values) opened.summary.observe('put', value)
      const sorted = values.toSorted((a, b) => a - b)
      const found = await quantilesOf(opened)
      for (const [i, quantile] of [0.1, 0.5, 0.9].entries()) {
        const rank = Math.max(1, Math.ceil(quantile * values.length))
        expect(found[i]! / sorted[rank - 1]!).toBeCloseTo(1, 1)
      }
    }),
    { numRuns: 50 },
  )
})

test('what is older than ten minutes no longer counts for quantiles, but for the sum', async () => {
  const opened = open()
  opened.summary.observe('put', 5)
  await opened.clock.advance(5 * 60_000)
  opened.summary.observe('put', 1)
  expect((await quantilesOf(opened))[2]).toBeCloseTo(5, 0)
  await opened.clock.advance(6 * 60_000)
  expect((await quantilesOf(opened))[2]).toBeCloseTo(1, 1)
  await opened.clock.advance(60 * 60_000)
  expect(await quantilesOf(opened)).toEqual([Number.NaN, Number.NaN, Number.NaN])
  expect(await opened.metrics.registry.metrics()).toContain('s_sum{method="put"} 6')
})

test('nothing and what is out of range are kept at the ends', async () => {
  const opened = open()
  for (const value of [0, 0, 0, 1e300]) opened.summary.observe('put', value)
  const [low, , high] = await quantilesOf(opened)
  expect(low).toBe(0)
  expect(high).toBeGreaterThan(1e11)
})
