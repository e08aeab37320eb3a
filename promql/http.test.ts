import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { fault } from '#api/errors'
import { createManualClock } from '#lib/clock'
import { type HttpServer, openHttp } from '#lib/http/server'
import { createMetrics } from '#lib/metrics'
import { createHttpApi } from './http.ts'
import { limits, scenario } from './scenario.conformance.ts'

let server: HttpServer

beforeAll(async () => {
  const { samples } = scenario(`
    up{job="a"} 1x10
    up{job="b"} 0x10
    size{job="a",disk="sda"} 100+10x10`)
  const handle = createHttpApi({
    ...{ clock: createManualClock(600_000), metrics: createMetrics(), samples },
    limits: { ...limits, samplesMax: 5000 },
    extra: new Map<string, () => unknown>([
      ['alerts', () => ({ alerts: [] })],
      [
        'broken',
        () => {
          throw fault('QUERY_INVALID', { reason: 'x' })
        },
      ],
    ]),
  })
  const address = { name: 'promql', address: '127.0.0.1:0', flag: '--none' }
  server = await openHttp(address, (request, response) => {
    if (!handle(request, response)) response.writeHead(404).end('not ours')
  })
})
afterAll(() => server.close())

const get = async (path: string) => {
  const response = await fetch(`${server.url}${path}`)
  return { code: response.status, ...((await response.json()) as object) }
}

/** `fetch` would mend the path before it sends it. */
const rawStatus = async (path: string) => {
  const socket = connect(server.port, '127.0.0.1')
  socket.end(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  const answer = await text(socket)
  return answer.split('\r\n')[0]
}

test('an instant query answers as Prometheus does, at the clock or at a time', async () => {
  const answer = {
    code: 200,
    status: 'success',
    data: {
      resultType: 'vector',
      result: [{ metric: { __name__: 'up', job: 'b' }, value: [600, '0'] }],
    },
  }
  expect(await get('/api/v1/query?query=up==0')).toEqual(answer)
  expect(await get('/api/v1/query?query=up==0&time=1970-01-01T00:10:00Z')).toEqual(answer)
  expect(await get('/api/v1/query?query=up==0&time=600.0')).toEqual(answer)
  expect(await get('/api/v1/query?query=1/0')).toMatchObject({
    data: { resultType: 'scalar', result: [600, '+Inf'] },
  })
})

test('a form in a POST is the same as a query', async () => {
  const body = new URLSearchParams({ query: 'sum(up)', start: '0', end: '60', step: '30s' })
  const response = await fetch(`${server.url}/api/v1/query_range`, { method: 'POST', body })
  expect(await response.json()).toMatchObject({
    data: {
      resultType: 'matrix',
      result: [
        {
          metric: {},
          values: [
            [0, '1'],
            [30, '1'],
            [60, '1'],
          ],
        },
      ],
    },
  })
})

test.each([
  ['query?query=up{', 400, 'bad_data', 'invalid parameter "query": 1:4: parse error: '],
  ['query', 400, 'bad_data', 'no expression found in input'],
  ['query?query=up&time=noon', 400, 'bad_data', 'invalid parameter "time": cannot parse "noon"'],
  ['query?query=up*on()up', 422, 'execution', 'found duplicate series'],
  ['query?query=sum_over_time(vector(1)[10d:1s])', 422, 'execution', 'too many samples'],
  ['query_range?query=up&start=0&end=10', 400, 'bad_data', 'invalid parameter "step"'],
  ['query_range?query=up&start=0&end=10&step=0', 400, 'bad_data', 'zero or negative'],
  ['query_range?query=up&start=9&end=1&step=1', 400, 'bad_data', 'must not be before start'],
  ['query_range?query=up&start=0&end=11001&step=1', 400, 'bad_data', '11,000 points'],
  ['query_range?query=up[5m]&start=0&end=1&step=1', 400, 'bad_data', 'invalid expression type'],
  ['series', 400, 'bad_data', 'no match[] parameter provided'],
  ['labels?match[]=sum(up)', 400, 'bad_data', 'expected a series selector'],
  ['label/a-b/values', 400, 'bad_data', 'invalid label name: "a-b"'],
  ['broken', 400, 'bad_data', ''],
])('%s is refused with %i %s', async (path, code, errorType, words) => {
  const found = await get(`/api/v1/${encodeURI(path)}`)
  expect(found).toMatchObject({ code, status: 'error', errorType })
  expect(found).toHaveProperty('error', expect.stringContaining(words))
})

test('neither a method nor a path that makes no sense stops the server', async () => {
  const response = await fetch(`${server.url}/api/v1/query?query=up`, { method: 'DELETE' })
  expect(response.status).toBe(405)
  expect(await get('/api/v1/label/%E0%A4%A/values')).toMatchObject({ code: 400 })
  expect(await rawStatus('//')).toBe('HTTP/1.1 404 Not Found')
  expect(await get('/api/v1/query?query=up')).toMatchObject({ code: 200 })
})

test('series and labels are found by matchers and time', async () => {
  expect(await get('/api/v1/series?match[]=size&match[]=up{job="b"}')).toMatchObject({
    data: [
      { __name__: 'size', job: 'a', disk: 'sda' },
      { __name__: 'up', job: 'b' },
    ],
  })
  expect(await get('/api/v1/series?match[]=up&start=9000')).toMatchObject({ data: [] })
  expect(await get('/api/v1/labels')).toMatchObject({ data: ['__name__', 'disk', 'job'] })
  expect(await get('/api/v1/labels?match[]=up')).toMatchObject({ data: ['__name__', 'job'] })
  expect(await get('/api/v1/label/job/values')).toMatchObject({ data: ['a', 'b'] })
  expect(await get('/api/v1/label/job/values?match[]=size')).toMatchObject({ data: ['a'] })
})

test('health, build and what others add are answered; other paths are not ours', async () => {
  const bodyOf = async (path: string) => (await fetch(`${server.url}${path}`)).text()
  expect(await bodyOf('/-/ready')).toMatch(/ready/i)
  expect(await bodyOf('/-/healthy')).toMatch(/healthy/i)
  expect(await bodyOf('/metrics')).toBe('not ours')
  expect(await bodyOf('/api/v1/nothing')).toBe('not ours')
  expect(await get('/api/v1/status/buildinfo')).toMatchObject({ data: { version: '2.42.0' } })
  expect(await get('/api/v1/alerts')).toMatchObject({ data: { alerts: [] } })
})
