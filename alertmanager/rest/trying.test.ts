import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Arena, type FakeReceiver, openArena, openReceiver } from '../arena.conformance.ts'

let arena: Arena
let receiver: FakeReceiver

beforeAll(async () => {
  receiver = await openReceiver()
  arena = await openArena(`
route: { receiver: hooks, routes: [{ matchers: [a=b], receiver: nobody }] }
receivers:
- name: hooks
  webhook_configs: [{ url: '${receiver.url}/one' }, { url: '${receiver.url}/two' }]
- name: nobody
`)
})

afterAll(async () => {
  await arena.close()
  await receiver.close()
})

async function tryOut(name: string, body?: object) {
  const response = await fetch(`${arena.url}/api/v1/receivers/${name}/test`, {
    method: 'POST',
    ...(body !== undefined && {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
  return { status: response.status, body: await response.json() }
}

test('a receiver is tried: each integration says how it went', async () => {
  expect(await tryOut('hooks')).toEqual({
    status: 200,
    body: {
      outcomes: [
        { integration: 'webhook[0]', delivered: true, tookMs: expect.any(Number) },
        { integration: 'webhook[1]', delivered: true, tookMs: expect.any(Number) },
      ],
    },
  })
  expect(receiver.received.map(({ path }) => path).sort()).toEqual(['/one', '/two'])
  expect(receiver.received[0]?.body.alerts[0]?.labels).toMatchObject({ zstone_test: 'true' })
})

test('one integration can be tried alone, and its failure is told', async () => {
  receiver.answer(400)
  const { status, body } = await tryOut('hooks', { integration: 'webhook', index: 1 })
  receiver.answer(200)
  expect(status).toBe(200)
  expect(body).toEqual({
    outcomes: [
      {
        integration: 'webhook[1]',
        delivered: false,
        reason: expect.stringContaining('400'),
        tookMs: expect.any(Number),
      },
    ],
  })
})

test('who or what is not there is refused', async () => {
  expect((await tryOut('nowhere')).status).toBe(404)
  expect((await tryOut('hooks', { integration: 'fax' })).status).toBe(404)
  expect((await tryOut('hooks', { status: 'broken' })).status).toBe(422)
  expect((await tryOut('hooks', { index: 'one' })).status).toBe(400)
})

test('what is odd about the configuration is listed', async () => {
  expect(await arena.get('/api/v1/lint')).toContainEqual({
    line: expect.any(Number),
    path: 'route.routes[0]',
    check: 'told to nobody',
    what: expect.stringContaining('nobody'),
    remedy: expect.any(String),
  })
})
