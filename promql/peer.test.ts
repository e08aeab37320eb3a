/** The real Prometheus is the oracle: the same samples, the same expressions, the same answers. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { readConfig } from '#lib/config'
import { type HttpServer, openHttp } from '#lib/http/server'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { seededRandom } from '#lib/random'
import { hasPrometheus, openPrometheus, type PrometheusServer } from '#test/prometheus'
import { randomExpression } from './peer-chance.conformance.ts'
import { expressions, instantOnly } from './peer-expressions.conformance.ts'
import { endMs, fill, openMetricsOf, peerSamples, startMs } from './peer-samples.conformance.ts'
import { createPromql } from './promql.ts'
import { promqlSettings } from './settings.ts'

const settings = {
  ...readConfig(promqlSettings, { args: [], env: {} }).values,
  retentionMs: 1e12,
  seriesMax: 1e6,
}
const range = { start: startMs + 600_000, end: startMs + 2_400_000, step: 97_000 }
const instantsMs = [startMs, startMs + 1_234_567, startMs + 1_800_000, endMs + 250_000]

const describePeer = hasPrometheus() ? describe : describe.skip

describePeer('beside Prometheus', () => {
  const samples = peerSamples(42)
  let ours: HttpServer
  let peer: PrometheusServer

  beforeAll(async () => {
    const metrics = createMetrics()
    const promql = createPromql({ clock: systemClock, log: silentLog, metrics, settings })
    fill(promql.samples, samples)
    const address = { name: 'promql', address: '127.0.0.1:0', flag: '--none' }
    ours = await openHttp(address, (request, response) => void promql.handle(request, response))
    peer = await openPrometheus(openMetricsOf(samples))
  }, 60_000)
  afterAll(async () => {
    await ours.close()
    await peer.close()
  })

  const compare = async (path: string, parameters: Record<string, string>) => {
    const [a, b] = await Promise.all(
      [ours, peer].map(async ({ url }) => {
        const body = new URLSearchParams(parameters)
        const response = await fetch(`${url}/api/v1/${path}`, { method: 'POST', body })
        return { code: response.status, ...comparable((await response.json()) as Answer) }
      }),
    )
    if (!isNear(a, b)) expect({ parameters, ...a }).toEqual({ parameters, ...b })
  }
  const compareInstant = (query: string, atMs: number) =>
    compare('query', { query, time: String(atMs / 1000) })
  const compareRange = (query: string) => {
    const bounds = Object.entries(range).map(([name, ms]) => [name, String(ms / 1000)])
    return compare('query_range', { query, ...Object.fromEntries(bounds) })
  }

  test.each([...expressions, ...instantOnly])('answers the same: %s', async (query) => {
    for (const atMs of instantsMs) await compareInstant(query, atMs)
    if (!instantOnly.includes(query)) await compareRange(query)
  })

  test('expressions that chance makes are answered the same', async () => {
    const random = seededRandom(7)
    for (let i = 0; i < 400; i++) {
      const query = randomExpression(random)
      await compareInstant(query, instantsMs[i % instantsMs.length] ?? startMs)
      if (i % 4 === 0) await compareRange(query)
    }
  }, 120_000)
})

interface Answer {
  readonly status: string
  readonly errorType?: string
  readonly error?: string
  readonly data?: { readonly resultType: string; readonly result: unknown }
}

/** Without order, which Prometheus does not promise, and without the words of errors. */
function comparable({ status, errorType, data }: Answer): object {
  if (data === undefined) return { status, errorType }
  const { resultType, result } = data
  if (resultType !== 'vector' && resultType !== 'matrix') return { resultType, result }
  const series = result as { metric: Record<string, string> }[] // Of these two types it is a list.
  const byLabels = series.map((one) => [JSON.stringify(Object.entries(one.metric).sort()), one])
  return { resultType, result: Object.fromEntries(byLabels), count: series.length }
}

function isNear(a: unknown, b: unknown): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b || isClose(+a, +b)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
  return (
    left.size === right.size && [...left].every(([key, value]) => isNear(value, right.get(key)))
  )
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)) || Math.abs(a - b) < 1e-12
}
