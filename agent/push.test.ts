import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { systemClock } from '#lib/clock'
import { createPusher, groupUrl, type Pusher } from './push.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const world = { clock: systemClock, offset: { note() {} } }
const never = new AbortController().signal
let server: Server | undefined
let pusher: Pusher | undefined

afterEach(() => {
  pusher?.close()
  server?.closeAllConnections()
  server?.close()
})

async function gateway(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  server = createServer(answer)
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  pusher = createPusher({ url: `http://127.0.0.1:${port}`, instance: 'node-1' }, world)
  return pusher
}

const bodyOf = async (request: IncomingMessage) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test('a push is a PUT to the group of job and instance, with its traceparent', async () => {
  const seen: unknown[] = []
  const { push } = await gateway(async (request, response) => {
    const { method, url, headers } = request
    seen.push({
      method,
      url,
      body: await bodyOf(request),
      type: headers['content-type'],
      traceparent: headers.traceparent,
    })
    response.writeHead(200).end()
  })
  await push(Buffer.from('m 1 # é\n'), traceparent, never)
  expect(seen).toEqual([
    {
      method: 'PUT',
      url: '/metrics/job/zstone/instance/node-1',
      body: 'm 1 # é\n',
      type: 'text/plain; version=0.0.4; charset=utf-8',
      traceparent,
    },
  ])
})

test('pushes share one connection, also after a refusal', async () => {
  const ports = new Set<number | undefined>()
  let status = 400
  const { push } = await gateway(async (request, response) => {
    ports.add(request.socket.remotePort)
    await bodyOf(request)
    response.writeHead(status).end('x'.repeat(100_000))
  })
  await expect(push(Buffer.from('m 1\n'), traceparent, never)).rejects.toMatchObject({
    code: 'PUSH_REFUSED',
  })
  status = 200
  for (let i = 0; i < 3; i++) await push(Buffer.from('m 1\n'), traceparent, never)
  expect(ports.size).toBe(1)
})

test('an answer says whether a second try makes sense', async () => {
  const statuses = [400, 429, 503]
  const { push } = await gateway((_, response) => {
    response.writeHead(statuses.shift() ?? 200).end('because')
  })
  const fails = { retry: true, code: 'PUSH_FAILED' }
  await expect(push(Buffer.alloc(0), traceparent, never)).rejects.toMatchObject({
    retry: false,
    message: expect.stringContaining('it answered 400: because'),
  })
  await expect(push(Buffer.alloc(0), traceparent, never)).rejects.toMatchObject(fails)
  await expect(push(Buffer.alloc(0), traceparent, never)).rejects.toMatchObject(fails)
})

test('a gateway that is not there, or hangs until called off, is worth another try', async () => {
  const stop = new AbortController()
  const { push } = await gateway(() => stop.abort())
  await expect(push(Buffer.alloc(0), traceparent, stop.signal)).rejects.toMatchObject({
    retry: true,
    message: expect.stringContaining('there was no answer in time'),
  })
  const lost = createPusher({ url: 'http://127.0.0.1:1', instance: 'a' }, world)
  await expect(lost.push(Buffer.alloc(0), traceparent, never)).rejects.toMatchObject({
    retry: true,
  })
  lost.close()
})

test('any name of a node finds its way through the path of the pushgateway', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (instance) => {
      const path = new URL(groupUrl({ url: 'http://gateway/', instance })).pathname
      const [, key, value] = /^\/metrics\/job\/zstone\/([^/]+)\/([^/]+)$/.exec(path) ?? []
      const read =
        key === 'instance'
          ? decodeURIComponent(value!)
          : Buffer.from(value!.replace(/^=$/, ''), 'base64url').toString()
      expect(key).toMatch(/^instance(@base64)?$/)
      expect(read).toBe(instance)
    }),
  )
  for (const instance of ['', '.', '..', 'a/b', 'a b', 'ä%2F?#'])
    expect(new URL(groupUrl({ url: 'http://gateway', instance })).pathname.split('/')).toHaveLength(
      6,
    )
})
