import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { createManualClock, type ManualClock } from '#lib/clock'
import { sendText } from '#lib/http/message'
import { until } from '#test/until'
import { createDoor, type Door, prefixOf } from './door.ts'

let closing: (() => void) | undefined

afterEach(() => closing?.())

async function open(prefix = ''): Promise<{ door: Door; clock: ManualClock; url: string }> {
  const clock = createManualClock()
  const cluster = { status: () => ({ name: 'me', status: 'settling' as const, peers: [] }) }
  const about = { version: '1', startedAtMs: 0, shownConfig: 'route: {}' }
  const door = createDoor({ clock, cluster, prefix, ...about })
  const server = createServer(door.handle).listen(0, '127.0.0.1')
  await until(() => server.listening)
  closing = () => {
    server.closeAllConnections()
    server.close()
  }
  const { port } = server.address() as AddressInfo
  return { door, clock, url: `http://127.0.0.1:${port}` }
}

const echo: Parameters<Door['open']>[0][number] = (request, response) => {
  if (request.url?.startsWith('/none')) return false
  sendText(response, 200, `${request.method} ${request.url}`)
  return true
}

test('requests wait until the store is open', async () => {
  const { door, url } = await open()
  const waiting = fetch(`${url}/api/v2/alerts`, { method: 'POST' })
  const status = fetch(`${url}/api/v2/status`)
  expect((await fetch(`${url}/-/healthy`)).status).toBe(200)
  expect((await fetch(`${url}/-/ready`)).status).toBe(503)
  door.open([echo])
  expect(await (await waiting).text()).toBe('POST /api/v2/alerts')
  expect(await (await status).text()).toBe('GET /api/v2/status')
  const nowhere = await fetch(`${url}/none`)
  expect([nowhere.status, await nowhere.text()]).toEqual([404, '404 page not found\n'])
})

test('the status waits a while only, everything else longer, and nothing for ever', async () => {
  const { clock, url } = await open()
  let ended = 0
  const ask = (path: string) => fetch(`${url}${path}`).finally(() => ended++)
  const status = ask('/api/v2/status')
  const alerts = ask('/api/v2/alerts')
  await until(async () => {
    await clock.advance(1000)
    return ended === 1
  })
  expect(await (await status).json()).toMatchObject({
    cluster: { name: 'me', status: 'settling' },
    config: { original: 'route: {}' },
  })
  await until(async () => {
    await clock.advance(1000)
    return ended === 2
  })
  expect((await alerts).status).toBe(503)
  expect((await alerts).headers.get('Retry-After')).toBe('1')
})

test('paths begin with the prefix, and the root leads there', async () => {
  const { door, url } = await open('/foo')
  door.open([echo])
  expect(await (await fetch(`${url}/foo/api/v2/alerts?a=b`)).text()).toBe('GET /api/v2/alerts?a=b')
  expect(await (await fetch(`${url}/foo`)).text()).toBe('GET /')
  expect((await fetch(`${url}/food`)).status).toBe(404)
  expect((await fetch(`${url}/api/v2/alerts`)).status).toBe(404)
  const root = await fetch(url, { redirect: 'manual' })
  expect([root.status, root.headers.get('Location')]).toEqual([302, '/foo/'])
})

test.each([
  [undefined, undefined, ''],
  [undefined, 'http://host', ''],
  [undefined, 'http://host/am/', '/am'],
  ['/', 'http://host/am/', ''],
  ['own/', 'http://host/am/', '/own'],
])('--web.route-prefix=%s and --web.external-url=%s give "%s"', (flag, url, prefix) => {
  expect(prefixOf(flag, url)).toBe(prefix)
})
