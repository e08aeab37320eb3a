import { request } from 'node:http'
import { afterEach, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { openHttp } from '#lib/http/server'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { createTracer } from '#lib/trace'
import { racksOfDisks } from '../../engine.conformance.ts'
import { createFakeEngine } from '../../fake/fake-engine.ts'
import { createObjectGateway } from './object-gateway.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function openGateway(limits = {}) {
  const engine = createFakeEngine(racksOfDisks(3, 1), systemClock)
  await engine.createPool({ name: 'gold', copies: 3, faultDomain: 'rack' })
  const metrics = createMetrics()
  const gateway = createObjectGateway({
    engine,
    authorize: ({ headers }) => headers.authorization === 'Bearer secret',
    log: silentLog,
    metrics,
    tracer: createTracer('test'),
    limits,
  })
  const server = await openHttp(
    { name: 'the gateway', address: '127.0.0.1:0', flag: '--x' },
    (req, res) => {
      if (!gateway.handle(req, res)) res.writeHead(418).end()
    },
  )
  closers.push(() => server.close())
  const url = `${server.url}/v1/pools/gold/objects`
  const ask = (method: string, path: string, options: RequestInit = {}) =>
    fetch(`${url}${path}`, {
      method,
      ...options,
      headers: { authorization: 'Bearer secret', ...options.headers },
    })
  return { engine, server, ask, metrics }
}

test('an object goes in and out with its tag, length and time', async () => {
  const { ask } = await openGateway()
  const put = await ask('PUT', '/a/b%20c%2Fd', { body: 'hello' })
  expect(put.status).toBe(201)
  const etag = put.headers.get('etag') ?? ''
  const get = await ask('GET', '/a/b%20c%2Fd')
  expect(get.status).toBe(200)
  expect(await get.text()).toBe('hello')
  expect(get.headers.get('etag')).toBe(etag)
  const head = await ask('HEAD', '/a/b%20c%2Fd')
  expect(head.headers.get('content-length')).toBe('5')
  expect(Date.parse(head.headers.get('last-modified') ?? '')).not.toBeNaN()
  const known = await ask('GET', '/a/b%20c%2Fd', { headers: { 'if-none-match': etag } })
  expect(known.status).toBe(304)
  const changed = await ask('GET', '/a/b%20c%2Fd', { headers: { 'if-none-match': '"x"' } })
  expect(changed.status).toBe(200)
  expect((await ask('DELETE', '/a/b%20c%2Fd')).status).toBe(204)
  expect((await ask('GET', '/a/b%20c%2Fd')).status).toBe(404)
  expect((await ask('HEAD', '/a/b%20c%2Fd')).status).toBe(404)
  expect((await ask('DELETE', '/a/b%20c%2Fd')).status).toBe(404)
})

test('keys with dots and double slashes are taken as they are', async () => {
  const { engine, server } = await openGateway()
  await new Promise<void>((resolve, reject) => {
    const { port } = server
    const path = '/v1/pools/gold/objects/a/../b//c'
    const headers = { authorization: 'Bearer secret' }
    request({ port, path, headers, method: 'PUT' }, (res) => resolve(void res.resume()))
      .on('error', reject)
      .end('x')
  })
  expect((await engine.list('gold')).objects.map(({ key }) => key)).toEqual(['a/../b//c'])
})

test('a list comes in pages, as JSON', async () => {
  const { ask } = await openGateway()
  for (const key of ['a/1', 'a/2', 'a/3', 'b/1']) await ask('PUT', `/${key}`, { body: key })
  const page = async (query: string) =>
    (await (await ask('GET', query)).json()) as { objects: unknown[]; next?: string }
  const first = await page('?prefix=a/&limit=2')
  expect(first).toMatchObject({ objects: [{ key: 'a/1', sizeBytes: 3 }, { key: 'a/2' }] })
  const rest = await page(`?prefix=a/&limit=2&after=${first.next}`)
  expect(rest).toMatchObject({ objects: [{ key: 'a/3' }] })
  expect(rest.next).toBeUndefined()
  expect((await ask('GET', '?limit=0')).status).toBe(400)
})

test.each([
  ['a wrong token', 'GET', '/k', { headers: { authorization: 'Bearer guess' } }, 401],
  ['a body over the limit', 'PUT', '/k', { body: 'x'.repeat(101) }, 413],
  ['a key that is no UTF-8', 'GET', '/%ff', {}, 400],
  ['a key that is too long', 'PUT', `/${'k'.repeat(1025)}`, { body: '' }, 400],
  ['a method that is not known', 'POST', '/k', { body: '' }, 404],
  ['a condition on a write', 'PUT', '/k', { body: '', headers: { 'if-none-match': '*' } }, 400],
])('%s is refused, with a problem that says why', async (_, method, path, options, status) => {
  const { ask } = await openGateway({ bodyBytes: 100 })
  const answer = await ask(method, path, options)
  expect(answer.status).toBe(status)
  expect(await answer.json()).toMatchObject({ status, title: expect.stringMatching(/^Cannot /) })
})

test('an unknown pool is 404; what is unavailable is 503 and says when to come again', async () => {
  const { engine, server, ask } = await openGateway()
  const headers = { authorization: 'Bearer secret' }
  const unknown = await fetch(`${server.url}/v1/pools/lead/objects/k`, { headers })
  expect(unknown.status).toBe(404)
  await ask('PUT', '/k', { body: 'x' })
  for (const { id } of racksOfDisks(3, 1)) engine.lose(id)
  const answer = await ask('GET', '/k')
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('1')
})

test('other paths are left to others, and answers are counted', async () => {
  const { server, ask, metrics } = await openGateway()
  expect((await fetch(`${server.url}/v1/pools/gold`)).status).toBe(418)
  await ask('PUT', '/k', { body: 'x' })
  await ask('GET', '/absent')
  const text = await metrics.registry.metrics()
  expect(text).toContain('zstone_engine_gateway_requests_total{method="PUT",status="201"} 1')
  expect(text).toContain('zstone_engine_gateway_requests_total{method="GET",status="404"} 1')
})
