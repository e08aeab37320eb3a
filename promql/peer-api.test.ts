/** The rest of the HTTP API beside the real thing: both are sent the same, and asked the same. */
import { execFile } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { readConfig } from '#lib/config'
import { type HttpServer, openHttp } from '#lib/http/server'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { givenPrometheus3 } from '#test/environment'
import { hasPrometheus, openPrometheus, type PrometheusServer } from '#test/prometheus'
import { createPromql } from './promql.ts'
import { encodeRequest, type SentSeries } from './remote-write/encode.conformance.ts'
import { promqlSettings } from './settings.ts'

const program3 = givenPrometheus3()
const peers = [
  ...(hasPrometheus() ? [{ version: '2.42', program: 'prometheus' }] : []),
  ...(program3 === undefined ? [] : [{ version: '3.5', program: program3 }]),
]
const nowMs = Math.floor(Date.now() / 1000) * 1000
const step = 15_000

const sent: readonly SentSeries[] = [
  ...['a', 'b', 'c'].flatMap((instance, i) => [
    series('up', { instance, job: 'node' }, () => (i === 1 ? 0 : 1)),
    series('reads_total', { instance, job: 'node', device: 'sda' }, (n) => n * i * 7),
    series('reads_total', { instance, job: 'node', device: 'sdb' }, (n) => n + 0.25),
  ]),
  {
    labels: { __name__: 'ended', instance: 'a' },
    samples: [
      [nowMs - 60_000, 1],
      [nowMs - 45_000, undefined],
    ],
  },
  series('text', { value: 'with "quotes", \\ and é' }, () => Number.NaN),
]

function series(name: string, labels: object, at: (n: number) => number): SentSeries {
  const samples = Array.from({ length: 40 }, (_, n) => [nowMs - (39 - n) * step, at(n)] as const)
  return { labels: { __name__: name, ...labels }, samples }
}

describe.each(peers)('beside Prometheus $version', ({ version, program }) => {
  let ours: HttpServer
  let peer: PrometheusServer

  beforeAll(async () => {
    ours = await openOurs(version)
    peer = await openPrometheus('# EOF\n', ['--web.enable-remote-write-receiver'], program)
    for (const { url } of [ours, peer]) expect(await write(url, encodeRequest(sent))).toBe(204)
  })
  afterAll(async () => {
    await ours.close()
    await peer.close()
  })

  const ask = async (path: string) => {
    const answers = [ours, peer].map(async ({ url }) => {
      const response = await fetch(`${url}/api/v1/${path}`)
      const text = await response.text()
      return { code: response.status, body: text.startsWith('{') ? JSON.parse(text) : undefined }
    })
    return Promise.all(answers)
  }

  test.each([
    'series?match[]=up',
    'series?match[]=reads_total{device="sda"}&match[]=up{job=~".*"}',
    'series?match[]={instance!="a",__name__=~"u.|reads_.*"}',
    `series?match[]=up&start=${nowMs / 1000 + 900}&end=${nowMs / 1000 + 1000}`,
    'series?match[]={__name__!~".*x"}',
    'series',
    'labels',
    'labels?match[]=up',
    'labels?match[]=nothing',
    'label/instance/values',
    'label/__name__/values',
    'label/device/values?match[]=reads_total{instance="a"}',
    'label/value/values',
    'label/no-name/values',
    'metadata',
    'metadata?limit=x',
    'metadata?metric=up',
    'targets/metadata',
    'targets',
    'scrape_pools',
    'query_exemplars?query=up',
    'status/walreplay',
    'status/nothing',
    'format_query?query=sum(rate(reads_total{instance="a"}[5m]))by(job)>1 or up==bool 0',
    'format_query?query=sum(',
    `query?query=reads_total&time=${nowMs / 1000}`,
    `query?query=ended&time=${nowMs / 1000 - 50}`,
    `query?query=ended&time=${nowMs / 1000}`,
    'query?query=1%2B1&time=4',
    'query?query=up&timeout=x',
    `query_range?query=rate(reads_total[1m])&start=${nowMs / 1000 - 300}&end=${nowMs / 1000}&step=15`,
  ])('answers the same: %s', async (path) => {
    const [own, other] = await ask(path)
    expect(own?.code).toBe(other?.code)
    expect(own?.body?.status).toEqual(other?.body?.status)
    expect(own?.body?.errorType).toEqual(other?.body?.errorType)
    expect(sorted(own?.body?.data)).toEqual(sorted(other?.body?.data))
  })

  test.each([
    'query?query=up&limit=x',
    'query?query=up&limit=-1',
    `query?query=up&limit=2&time=${nowMs / 1000}`,
    `query?query=up[1m]&limit=1&time=${nowMs / 1000}`,
    `query_range?query=up&limit=2&start=${nowMs / 1000 - 60}&end=${nowMs / 1000}&step=15`,
    'series?match[]=up&limit=9',
    'labels?limit=2',
    'label/instance/values?limit=2',
    'label/instance/values?match[]=up&limit=2',
    `query?query=rate(reads_total[2m])&time=${nowMs / 1000}&lookback_delta=10s`,
    `query?query=up&time=${nowMs / 1000 + 20}&lookback_delta=10s`,
    'query?query=up&lookback_delta=x',
    `query?query=1 %2B rate(up[1m])&time=${nowMs / 1000}`,
    `query?query=quantile(2, up) or%0A quantile_over_time(-1, up[1m])&time=${nowMs / 1000}`,
    `query?query=histogram_quantile(3, reads_total)&time=${nowMs / 1000}`,
    `query_range?query=rate(up[1m])&start=${nowMs / 1000 - 60}&end=${nowMs / 1000}&step=15`,
  ])('answers and remarks the same, where it is as new: %s', async (path) => {
    if (version === '2.42') return
    const [own, other] = await ask(path)
    expect(own?.code).toBe(other?.code)
    for (const part of ['status', 'errorType']) expect(own?.body?.[part]).toBe(other?.body?.[part])
    for (const part of ['warnings', 'infos'])
      expect(own?.body?.[part]?.toSorted()).toEqual(other?.body?.[part]?.toSorted())
    expect(sorted(own?.body?.data)).toEqual(sorted(other?.body?.data))
  })

  test.each([
    `query?query=up&stats=1&time=${nowMs / 1000}`,
    `query?query=sum(rate(reads_total[2m] offset 1m)) / up{instance="a"}&stats=all&time=${nowMs / 1000}`,
    `query_range?query=rate(reads_total[1m])&stats=1&start=${nowMs / 1000 - 60}&end=${nowMs / 1000}&step=15`,
  ])('counts the samples that it looks at as Prometheus does: %s', async (path) => {
    const [own, other] = await ask(path)
    const { peakSamples, ...counts } = other!.body.data.stats.samples
    expect(own?.body.data.stats.samples).toEqual(counts)
    const timings = Object.keys(own?.body.data.stats.timings)
    expect(Object.keys(other?.body.data.stats.timings)).toEqual(expect.arrayContaining(timings))
  })

  test('packs what is long for whoever takes it so', async () => {
    for (const { url } of [ours, peer]) {
      const path = `${url}/api/v1/query_range?query=reads_total&start=${nowMs / 1000 - 600}`
      const get = (encoding: string) =>
        fetch(`${path}&end=${nowMs / 1000}&step=5`, { headers: { 'Accept-Encoding': encoding } })
      const [packed, plain] = [await get('deflate;q=0, gzip'), await get('identity')]
      expect(packed.headers.get('Content-Encoding')).toBe('gzip')
      expect(plain.headers.get('Content-Encoding')).toBeNull()
      expect(await packed.json()).toEqual(await plain.json())
    }
  })

  test.each([
    'status/config',
    'status/flags',
    'status/runtimeinfo',
    'status/tsdb',
    'status/buildinfo',
  ])('has only fields that Prometheus has: %s', async (path) => {
    const [own, other] = await ask(path)
    expect(own?.code).toBe(200)
    if (path === 'status/flags') expect(own?.body.data['storage.retention.time']).toBe('2h')
    else
      expect(Object.keys(other?.body.data)).toEqual(
        expect.arrayContaining(Object.keys(own?.body.data)),
      )
  })

  test('counts of series and labels are those of Prometheus', async () => {
    const [own, other] = await ask('status/tsdb')
    const counts = ({ data }: { data: Record<string, { name: string; value: number }[]> }) =>
      ['seriesCountByMetricName', 'labelValueCountByLabelName', 'seriesCountByLabelValuePair'].map(
        // Both show ten; which ones of those that are there once is chance.
        (key) => {
          const several = data[key]!.filter(({ value }) => value > 1)
          return [key, several.map(({ name, value }) => `${name}: ${value}`).sort()]
        },
      )
    expect(own?.body.data.headStats.numSeries).toBe(other?.body.data.headStats.numSeries)
    expect(own?.body.data.headStats.maxTime).toBe(other?.body.data.headStats.maxTime)
    expect(counts(own?.body)).toEqual(counts(other?.body))
  })

  test('metadata that was sent is found', async () => {
    const family = { type: 1, name: 'reads_total', help: 'Reads.', unit: '' }
    const { url, close } = await openOurs(version)
    expect(await write(url, encodeRequest([], [family]))).toBe(204)
    const answer = await fetch(`${url}/api/v1/metadata?metric=reads_total`)
    await close()
    expect(await answer.json()).toMatchObject({
      data: { reads_total: [{ type: 'counter', help: 'Reads.', unit: '' }] },
    })
  })

  test.each([
    [
      'an old sample',
      [{ labels: { __name__: 'up', instance: 'a', job: 'node' }, samples: [[nowMs - 1, 9]] }],
    ],
    [
      'another value for one time',
      [{ labels: { __name__: 'up', instance: 'a', job: 'node' }, samples: [[nowMs, 9]] }],
    ],
  ] as const)('%s is refused as Prometheus refuses it', async (_, refused) => {
    const body = encodeRequest(refused)
    expect(await write(ours.url, body)).toBe(400)
    expect(await write(peer.url, body)).toBe(400)
  })

  test('what is no write request is refused, and other methods', async () => {
    for (const { url } of [ours, peer]) {
      expect(await write(url, Buffer.from('no snappy'))).toBe(400)
      expect((await fetch(`${url}/api/v1/write`)).status).toBe(405)
    }
  })

  describe('promtool', () => {
    test.each<[string, ...string[]]>([
      ['instant', 'sum by (device) (reads_total)', `--time=${nowMs / 1000}`],
      ['instant', 'sum('],
      ['range', 'up', `--start=${nowMs / 1000 - 60}`, `--end=${nowMs / 1000}`, '--step=15s'],
      ['series', '--match=up', '--match=ended'],
      ['labels', 'instance'],
    ])('query %s %s %s', async (command, ...args) => {
      const options = args.filter((arg) => arg.startsWith('--'))
      const rest = args.filter((arg) => !arg.startsWith('--'))
      const [own, other] = await Promise.all(
        [ours, peer].map(({ url }) => promtool(['query', command, ...options, url, ...rest])),
      )
      expect(own).toEqual(other)
    })
  })
})

function openOurs(version: string): Promise<HttpServer> {
  const args = ['--query.dialect', version, '--storage.retention.time', '2h']
  const settings = readConfig(promqlSettings, { args, env: {} }).values
  const world = { clock: systemClock, log: silentLog, metrics: createMetrics() }
  const promql = createPromql({ ...world, settings })
  const address = { name: 'promql', address: '127.0.0.1:0', flag: '--none' }
  return openHttp(address, (request, response) => {
    if (!promql.handle(request, response)) response.writeHead(404).end()
  })
}

/** Not in step with us: it asks the server that this very process is. */
function promtool(args: readonly string[]): Promise<{ failed: boolean; lines: string[] }> {
  return new Promise((resolve) => {
    execFile('promtool', args, { timeout: 20_000 }, (error, stdout) =>
      resolve({ failed: error !== null, lines: stdout.split('\n').sort() }),
    )
  })
}

async function write(url: string, body: Buffer): Promise<number> {
  const headers = { 'Content-Encoding': 'snappy', 'Content-Type': 'application/x-protobuf' }
  return (await fetch(`${url}/api/v1/write`, { method: 'POST', headers, body })).status
}

/** Without order, where Prometheus promises none. */
function sorted(data: unknown): unknown {
  if (Array.isArray(data))
    return data.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(
    Object.entries(data)
      .sort()
      .map(([key, value]) => [key, key === 'values' ? value : sorted(value)]),
  )
}
