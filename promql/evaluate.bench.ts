/** Typical rules over 10,000 series, ours beside Prometheus: `node promql/evaluate.bench.ts`. */
import { systemClock } from '#lib/clock'
import { readConfig } from '#lib/config'
import { openHttp } from '#lib/http/server'
import type { Labels } from '#lib/labels'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { hasPrometheus, openPrometheus } from '#test/prometheus'
import { fill, openMetricsOf, type TimedSample } from './peer-samples.conformance.ts'
import { createPromql } from './promql.ts'
import { promqlSettings } from './settings.ts'

const nodeCount = 100
const diskCount = 50
const stepCount = 61
const startMs = 1_700_000_000_000
const endMs = startMs + (stepCount - 1) * 15_000
const runs = 15

const rules = [
  'up == 0',
  'bytes_free / bytes_size < 0.1',
  'sum by (instance) (rate(io_total[5m]))',
  'rate(io_total[5m]) > 100',
  'predict_linear(bytes_free[10m], 86400) < 0',
  'temperature > on(instance) group_left() (avg by (instance) (temperature) + 15)',
  'max_over_time(temperature[10m]) > 70',
  'count by (instance) (temperature{disk=~"d1.*"} > 30) > 20',
]

const metrics = createMetrics()
const { values } = readConfig(promqlSettings, { args: [], env: {} })
const promql = createPromql({
  ...{ clock: systemClock, log: silentLog, metrics },
  settings: { ...values, retentionMs: 1e12 },
})
const samples = makeSamples()
const fillMs = timed(() => fill(promql.samples, samples))
console.log(`${promql.samples.seriesCount} series, ${samples.length} samples`)
console.log(`taken in at ${Math.round(samples.length / fillMs)} samples a ms`)

const peer = hasPrometheus() ? await openPrometheus(openMetricsOf(samples)) : undefined
const address = { name: 'promql', address: '127.0.0.1:0', flag: '--none' }
const server = await openHttp(address, (request, response) => void promql.handle(request, response))
console.log('median of 15 in ms: ours, ours over HTTP, Prometheus over HTTP')
for (const query of rules) {
  const ours = timesOf(() => timed(() => promql.evaluate(query, endMs)))
  const served = await timesOverHttp(server.url, query)
  const theirs = peer === undefined ? [] : await timesOverHttp(peer.url, query)
  const columns = [ours, served, theirs].map((times) => median(times).toFixed(1).padStart(8))
  console.log(`${columns.join(' ')}  ${query}`)
}
await server.close()
await peer?.close()

/** Of two disks one has its size measured, so that there are some 15,000 series. */
function makeSamples(): TimedSample[] {
  return range(nodeCount).flatMap((node) => {
    const instance = `node-${node}`
    const ofNode = curve('up', { instance }, () => (node % 9 === 0 ? 0 : 1))
    const ofDisks = range(diskCount).flatMap((disk) => {
      const labels = { instance, disk: `d${disk}` }
      const i = node + disk
      const ofEach = [
        curve('io_total', labels, (n) => n * (i % 7) * 400),
        curve('temperature', labels, (n) => 30 + ((n * i) % 17)),
      ]
      const sizes = [
        curve('bytes_free', labels, (n) => 1e12 - n * i * 1e6),
        curve('bytes_size', labels, () => 1e12),
      ]
      return [...ofEach, ...(disk % 2 === 0 ? sizes : [])].flat()
    })
    return [...ofNode, ...ofDisks]
  })
}

function curve(name: string, labels: Labels, at: (step: number) => number): TimedSample[] {
  return range(stepCount).map((n) => {
    return { name, labels, value: at(n), atMs: startMs + n * 15_000 }
  })
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

function timed(run: () => unknown): number {
  const startedMs = systemClock.monotonicMs()
  run()
  return systemClock.monotonicMs() - startedMs
}

function timesOf(measure: () => number): number[] {
  return Array.from({ length: runs }, measure)
}

async function timesOverHttp(url: string, query: string): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < runs; i++) {
    const startedMs = systemClock.monotonicMs()
    const body = new URLSearchParams({ query, time: String(endMs / 1000) })
    await (await fetch(`${url}/api/v1/query`, { method: 'POST', body })).text()
    times.push(systemClock.monotonicMs() - startedMs)
  }
  return times
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}
