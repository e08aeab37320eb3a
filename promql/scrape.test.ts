import { expect, test } from '@jest/globals'
import type { ScrapedSample } from '#api/sample'
import { createManualClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { parse } from './parse.ts'
import { runInstant } from './run.ts'
import { limits } from './scenario.conformance.ts'
import { createScraper } from './scrape.ts'
import { createSamples } from './store/samples.ts'

function world() {
  const clock = createManualClock()
  const metrics = createMetrics()
  const samples = createSamples({ metrics, retentionMs: 7_200_000, seriesMax: 1000 })
  const options = { clock, log: silentLog, metrics, samples }
  const scraper = createScraper({
    ...options,
    intervalMs: 15_000,
    timeoutMs: 10_000,
    sampleMax: 1000,
    habits: { addsPort: true, evensBounds: false },
  })
  const ask = (query: string) => {
    const value = runInstant(parse(query), { source: samples, limits, atMs: clock.nowMs() })
    return value.type === 'vector'
      ? value.elements.map(({ labels, value: number }) => ({ ...labels, value: number }))
      : []
  }
  return { clock, scraper, ask }
}

const gauge = (value: number): ScrapedSample => ({ name: 'a', labels: {}, value })

test('a target is read at once and at every interval, and is up', async () => {
  const { clock, scraper, ask } = world()
  let reads = 0
  scraper.start([{ name: 'node', read: async () => [gauge(++reads)] }])
  await clock.advance(31_000)
  const labels = { job: 'node', instance: 'node' }
  expect(ask('a')).toEqual([{ __name__: 'a', ...labels, value: 3 }])
  expect(ask('up')).toEqual([{ __name__: 'up', ...labels, value: 1 }])
  expect(ask('scrape_samples_scraped')).toMatchObject([{ value: 1 }])
  expect(ask('scrape_duration_seconds')).toMatchObject([{ value: 0 }])
  await scraper.close()
  await clock.advance(60_000)
  expect(reads).toBe(3)
})

test('a target that cannot be read is down, and its series end', async () => {
  const { clock, scraper, ask } = world()
  let isBroken = false
  const read = async () => {
    if (isBroken) throw new Error('refused')
    return [gauge(1)]
  }
  scraper.start([{ name: 'node', labels: { job: 'j' }, read }])
  await clock.advance(1000)
  isBroken = true
  await clock.advance(15_000)
  expect(ask('a')).toEqual([])
  expect(ask('up')).toEqual([{ __name__: 'up', job: 'j', instance: 'node', value: 0 }])
  isBroken = false
  await clock.advance(15_000)
  expect(ask('a')).toHaveLength(1)
  expect(ask('up')).toMatchObject([{ value: 1 }])
  await scraper.close()
})

test('a target that does not answer in time is down; others are read meanwhile', async () => {
  const { clock, scraper, ask } = world()
  const aborted: boolean[] = []
  const hangs = (signal: AbortSignal) =>
    new Promise<never>(() => signal.addEventListener('abort', () => aborted.push(true)))
  scraper.start([
    { name: 'slow', read: hangs },
    { name: 'fast', read: async () => [gauge(1)] },
  ])
  await clock.advance(12_000)
  expect(ask('up == 0')).toMatchObject([{ job: 'slow' }])
  expect(ask('up == 1')).toMatchObject([{ job: 'fast' }])
  expect(aborted).toEqual([true])
  const closing = scraper.close()
  await clock.advance(30_000)
  await closing
})
