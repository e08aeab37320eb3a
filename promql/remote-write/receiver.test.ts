import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createManualClock } from '#lib/clock'
import { createMatcher } from '#lib/matcher'
import { createMetrics } from '#lib/metrics'
import { compressSnappy, uncompressSnappy } from '#lib/snappy'
import { labelSet } from '../label-set.ts'
import { createMetadataBook } from '../store/metadata.ts'
import { createStore } from '../store/store.ts'
import { encodeRequest, type SentSeries } from './encode.conformance.ts'
import { createReceiver } from './receiver.ts'

const nowMs = 1_700_000_000_000

function world({ seriesMax = 100, retentionMs = 7_200_000 } = {}) {
  const metrics = createMetrics()
  const store = createStore({ metrics, retentionMs, seriesMax })
  const metadata = createMetadataBook()
  const clock = createManualClock(nowMs)
  const receiver = createReceiver({ store, metadata, clock, bodyBytesMax: 1e6 })
  const write = (series: readonly SentSeries[]) => {
    const { taken, refused } = receiver.receive(encodeRequest(series))
    return { taken, ...Object.fromEntries(refused) }
  }
  const values = (name: string) =>
    store.catalogue
      .select([createMatcher('__name__', '=', name)])
      .map((series) => series.window(0, 1e15))
      .map((window) => [...(window?.values.slice(window.from, window.to) ?? [])])
  return { metrics, store, metadata, receiver, write, values, clock }
}

const named = (name: string, ...samples: SentSeries['samples']): SentSeries => ({
  labels: { __name__: name },
  samples,
})

test('what is sent is there, whatever its labels and values', () => {
  const label = fc.stringMatching(/^[a-z_]{1,5}$/).filter((name) => name !== '__name__')
  const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 9 })
  const series = fc.record({
    labels: fc.dictionary(label, value, { maxKeys: 4, noNullPrototype: true }),
    values: fc.array(fc.double(), { minLength: 1, maxLength: 4 }),
  })
  fc.assert(
    fc.property(fc.array(series, { maxLength: 9 }), (given) => {
      const { write, store } = world()
      const sent = given.map(({ labels, values }, row) => ({
        labels: { ...labels, __name__: 'a', row: String(row) },
        samples: values.map((one, i) => [nowMs + i, one] as const),
      }))
      const count = given.flatMap(({ values }) => values).length
      expect(write(sent)).toEqual({ taken: count })
      expect(write(sent)).toEqual({ taken: 0 })
      for (const { labels, samples } of sent) {
        const found = store.catalogue.seriesOf(labelSet(Object.entries(labels)))
        expect({ ...found?.labels }).toEqual({ ...labels })
        const window = found?.window(0, 1e15)
        expect(window?.values.slice(window.from, window.to)).toEqual(
          Float64Array.from(samples, ([, one]) => one),
        )
      }
    }),
  )
})

test('what cannot be taken is refused by reason, and the rest is taken', async () => {
  const { write, values, metrics } = world({ seriesMax: 2 })
  write([named('a', [nowMs, 1])])
  expect(
    write([
      named('a', [nowMs - 1, 5], [nowMs, 5], [nowMs + 1, 2]),
      named('b', [nowMs - 7_200_001, 1], [nowMs + 600_001, 1], [nowMs, 3]),
      named('c', [nowMs, 1]),
      { labels: { __name__: 'a b' }, samples: [[nowMs, 1]] },
      { labels: { job: 'nameless' }, samples: [[nowMs, 1]] },
      { labels: { __name__: 'd', 'a-b': '' }, samples: [[nowMs, 1]] },
    ]),
  ).toEqual({
    taken: 2,
    'out-of-order': 1,
    duplicate: 1,
    'too-old': 1,
    'too-new': 1,
    'series-limit': 1,
    'invalid-labels': 3,
  })
  expect([values('a'), values('b'), values('c')]).toEqual([[[1, 2]], [[3]], []])
  const text = await metrics.registry.metrics()
  expect(text).toContain('zstone_promql_samples_refused_total{reason="invalid-labels"} 3')
  expect(text).toContain('zstone_promql_samples_total 3')
})

test('a stale marker ends a series until its next sample', () => {
  const { write, store } = world()
  write([named('a', [nowMs, 1], [nowMs + 1000, undefined])])
  const series = store.catalogue.seriesOf({ __name__: 'a' })
  expect(series?.at(nowMs + 2000, 0)).toBeUndefined()
  expect(series?.at(nowMs, 0)?.value).toBe(1)
  write([named('a', [nowMs + 3000, 4])])
  expect(series?.at(nowMs + 4000, 0)?.value).toBe(4)
})

test('a series that was over for as long as samples are kept is found again', () => {
  const { write, values, clock, store } = world({ retentionMs: 60_000 })
  write([named('a', [nowMs, 1])])
  void clock.advance(200_000)
  store.sweep(nowMs + 200_000)
  expect(values('a')).toEqual([])
})

test('metadata is kept, once', () => {
  const { receiver, metadata } = world()
  const family = { type: 1, name: 'a_total', help: 'All.', unit: '' }
  receiver.receive(encodeRequest([], [family, family]))
  expect(metadata.of('a_total')).toEqual([{ type: 'counter', help: 'All.', unit: '' }])
})

test('whatever is sent, the answer is samples or a reason, and never more than was sent', () => {
  const good = uncompressSnappy(
    encodeRequest(
      [named('a', [nowMs, 1]), named('b', [nowMs, 2])],
      [{ type: 2, name: 'a', help: 'h', unit: '' }],
    ),
    1e6,
  )
  const broken = fc
    .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
    .chain((changes) => fc.tuple(fc.constant(changes), fc.nat(good.length)))
  const { receiver } = world({ seriesMax: 1000 })
  fc.assert(
    fc.property(broken, ([changes, length]) => {
      const body = Buffer.from(good)
      for (const [at, byte] of changes) body[at] = byte
      try {
        const { taken } = receiver.receive(compressSnappy(body.subarray(0, length)))
        expect(taken).toBeLessThan(20)
      } catch (error) {
        expect(error).toMatchObject({ code: 'PROMQL_WRITE_MALFORMED' })
      }
    }),
    { numRuns: 3000 },
  )
})
