import { expect, test } from '@jest/globals'
import { createMetrics } from '#lib/metrics'
import { samplesOf } from './samples.ts'
import { createStore } from './store.ts'

const names = Array.from({ length: 200 }, (_, i) => ({ name: `s${i}`, labels: {} }))

test('above its size a store lets its oldest samples go, and keeps its newest', () => {
  const sizeMaxBytes = 4 * 1024 * 1024
  const metrics = createMetrics()
  const store = createStore({ metrics, retentionMs: 8_000_000, seriesMax: 1000, sizeMaxBytes })
  const samples = samplesOf(store)
  let largest = 0
  for (let atMs = 0; atMs < 4_000_000; atMs += 1000) {
    const exposed = names.map((one, i) => ({ ...one, value: Math.sin(atMs + i) }))
    samples.append({ name: 't' }, exposed, atMs)
    largest = Math.max(largest, store.memory.sizeBytes)
  }
  expect(largest).toBeLessThanOrEqual(sizeMaxBytes)
  const [series] = store.catalogue.all()
  expect(series?.newestMs).toBe(3_999_000)
  expect(series?.oldestMs).toBeGreaterThan(0)
  const window = series?.window(0, 4_000_000)
  expect((window?.to ?? 0) - (window?.from ?? 0)).toBeGreaterThan(500)
})

test('memory of series that are over is used again', () => {
  const metrics = createMetrics()
  const store = createStore({ metrics, retentionMs: 60_000, seriesMax: 10_000 })
  const samples = samplesOf(store)
  let early = 0
  for (let round = 0; round < 60; round++) {
    const exposed = names.map((one) => ({ ...one, name: `${one.name}_${round}`, value: round }))
    samples.append({ name: 't' }, exposed, round * 30_000)
    if (round === 10) early = store.memory.sizeBytes
  }
  expect(store.memory.sizeBytes).toBeLessThanOrEqual(early)
  expect(samples.seriesCount).toBeLessThan(200 * 5)
  expect(samples.labelValues('__name__')).toHaveLength(samples.seriesCount)
})

test('series that ended longest ago make room for new ones, and those that live stay', () => {
  const hourMs = 3_600_000
  const metrics = createMetrics()
  const store = createStore({ metrics, retentionMs: 48 * hourMs, seriesMax: 1000 })
  const samples = samplesOf(store)
  const refused: number[] = []
  for (let hour = 0; hour < 24; hour++) {
    const living = names.map((one) => ({ ...one, value: hour }))
    const passing = names.map((one) => ({ ...one, name: `${one.name}_${hour}`, value: hour }))
    const taken = samples.append({ name: 't' }, [...living, ...passing], hour * hourMs)
    refused.push(taken.refused['series-limit'] ?? 0)
  }
  expect(new Set(refused)).toEqual(new Set([0]))
  const left = new Set(samples.labelValues('__name__'))
  expect(left.size).toBeLessThanOrEqual(1000)
  expect(names.every(({ name }) => left.has(name) && left.has(`${name}_22`))).toBe(true)
  expect(names.some(({ name }) => left.has(`${name}_0`))).toBe(false)
})

test('series that live are never forgotten for others', () => {
  const store = createStore({
    metrics: createMetrics(),
    retentionMs: 48 * 3_600_000,
    seriesMax: 200,
  })
  const samples = samplesOf(store)
  const living = names.map((one) => ({ ...one, value: 1 }))
  const others = names.map((one) => ({ ...one, name: `${one.name}_new`, value: 1 }))
  for (let minute = 0; minute < 300; minute++)
    samples.append({ name: 't' }, living, minute * 60_000)
  samples.append({ name: 'u' }, others, 300 * 60_000)
  expect(samples.labelValues('__name__').sort()).toEqual(names.map(({ name }) => name).sort())
})
