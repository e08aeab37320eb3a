/** The real Prometheus is the oracle: the same samples, the same expressions, the same answers. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { readConfig } from '#lib/config'
import { type HttpServer, openHttp } from '#lib/http/server'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { seededRandom } from '#lib/random'
import type { PrometheusServer } from '#test/prometheus'
import { prometheus2 } from './dialect.ts'
import { type Answer, difference } from './peer-answer.conformance.ts'
import { randomExpression } from './peer-chance.conformance.ts'
import { expressions, instantOnly, newerExpressions } from './peer-expressions.conformance.ts'
import { endMs, fill, openMetricsOf, peerSamples, startMs } from './peer-samples.conformance.ts'
import { type Peer, peersAtHand } from './peers.conformance.ts'
import { createPromql } from './promql.ts'
import { promqlSettings } from './settings.ts'

const settings = {
  ...readConfig(promqlSettings, { args: [], env: {} }).values,
  retentionMs: 1e12,
  seriesMax: 1e6,
}
const range = { start: startMs + 600_000, end: startMs + 2_400_000, step: 97_000 }
const instantsMs = [startMs, startMs + 1_234_567, startMs + 1_800_000, endMs + 250_000]

/** In whose place nothing is run. */
const nobody: Peer = { dialect: prometheus2, open: () => Promise.reject(new Error('nobody')) }
const peers = peersAtHand(console.warn).map((one) => [one.dialect.version, one] as const)
const describeEach = peers.length > 0 ? describe.each(peers) : describe.skip.each([['', nobody]])

describeEach('beside Prometheus %s', (_, { dialect, open }) => {
  const samples = peerSamples(42)
  let ours: HttpServer
  let peer: PrometheusServer

  beforeAll(async () => {
    const metrics = createMetrics()
    const promql = createPromql({ clock: systemClock, log: silentLog, metrics, settings, dialect })
    fill(promql.samples, samples)
    const address = { name: 'promql', address: '127.0.0.1:0', flag: '--none' }
    ours = await openHttp(address, (request, response) => void promql.handle(request, response))
    peer = await open(openMetricsOf(samples))
  })
  afterAll(async () => {
    await ours.close()
    await peer.close()
  })

  const compare = async (path: string, parameters: Record<string, string>) => {
    const ask = async ({ url }: { readonly url: string }) => {
      const body = new URLSearchParams(parameters)
      const response = await fetch(`${url}/api/v1/${path}`, { method: 'POST', body })
      return { code: response.status, answer: (await response.json()) as Answer }
    }
    const [a, b] = await Promise.all([ask(ours), ask(peer)])
    const found = difference(a.answer, b.answer)
    if (found !== undefined)
      expect({ parameters, ...found.ours }).toEqual({ parameters, ...found.theirs })
    expect({ parameters, code: a.code }).toEqual({ parameters, code: b.code })
  }
  const compareInstant = (query: string, atMs: number) =>
    compare('query', { query, time: String(atMs / 1000) })
  const compareRange = (query: string) => {
    const bounds = Object.entries(range).map(([name, ms]) => [name, String(ms / 1000)])
    return compare('query_range', { query, ...Object.fromEntries(bounds) })
  }

  const newer = dialect.version === '2.42' ? [] : newerExpressions

  test.each([...expressions, ...instantOnly, ...newer])('answers the same: %s', async (query) => {
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
  })
})
