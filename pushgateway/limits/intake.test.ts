/** Many clients and slow ones. */
import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { createFakeDisk } from '#test/fake-disk'
import { until } from '#test/until'
import { openTestGateway, type TestGateway } from '../fake/gateway.ts'
import { createTurns } from './turns.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function open(...flags: string[]) {
  const clock = createManualClock()
  const gateway = await openTestGateway({ flags, clock, disk: createFakeDisk() })
  closing.push(gateway.close)
  return { gateway, clock }
}

/** A client that sends the head of a push, and of its body what it is told to. */
function slowClient({ url }: TestGateway, head: string) {
  const socket: Socket = connect(Number(new URL(url).port), '127.0.0.1')
  let received = ''
  let isClosed = false
  socket.on('data', (chunk) => {
    received += chunk.toString()
  })
  socket.on('close', () => {
    isClosed = true
  })
  socket.on('error', () => {})
  socket.write(`PUT /metrics/job/slow HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n`)
  closing.push(() => socket.destroy())
  return { socket, received: () => received, isClosed: () => isClosed }
}

/** Resolves when so many pushes are under way: the gateway has seen them. */
async function underWay({ metrics }: TestGateway, count: number): Promise<void> {
  const queue = metrics.registry.getSingleMetric('zstone_pushgateway_queue_length')
  await until(async () => (await queue!.get()).values[0]?.value === count)
}

const put = (gateway: TestGateway, body = 'a 1\n') =>
  gateway.send('PUT', '/metrics/job/x', { body })

test('a client that never ends its body is answered in time and cut off', async () => {
  const { gateway, clock } = await open('--push.read-timeout=30s')
  const slow = slowClient(gateway, 'Content-Length: 1000')
  slow.socket.write('a 1\n')
  await underWay(gateway, 1)
  await clock.advance(29_000)
  expect(slow.received()).toBe('')
  await clock.advance(1000)
  await until(slow.isClosed)
  expect(slow.received()).toMatch(/^HTTP\/1\.1 408 /)
  expect(slow.received()).toContain('30000 ms, the limit (--push.read-timeout)')
  await underWay(gateway, 0)
  expect(gateway.gateway.groups()).toEqual([])
})

test('slow clients leave room for others, up to their number', async () => {
  const { gateway } = await open('--push.readers-max=2', '--push.queue-length-max=3')
  const slow = slowClient(gateway, 'Content-Length: 4')
  await underWay(gateway, 1)
  expect((await put(gateway)).status).toBe(200)
  slowClient(gateway, 'Content-Length: 4')
  await underWay(gateway, 2)
  const refused = await put(gateway)
  expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '1' } })
  expect(refused.body).toContain('2 bodies are being read, the limit is 2')
  expect((await gateway.send('DELETE', '/metrics/job/x')).status).toBe(202)
  slow.socket.write('a 1\n')
  await until(() => slow.received().startsWith('HTTP/1.1 200'))
  expect((await put(gateway)).status).toBe(200)
})

test('bytes that are promised count until the push is done', async () => {
  const { gateway } = await open('--push.queue-bytes-max=1000')
  const slow = slowClient(gateway, 'Content-Length: 998')
  await underWay(gateway, 1)
  const refused = await put(gateway)
  expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '1' } })
  expect(refused.body).toContain('have 1002 bytes, the limit is 1000 (--push.queue-bytes-max)')
  slow.socket.destroy()
  await underWay(gateway, 0)
  expect((await put(gateway)).status).toBe(200)
})

test('bytes that nobody promised count as they come', async () => {
  const { gateway } = await open('--push.queue-bytes-max=1000')
  slowClient(gateway, 'Content-Length: 500')
  const other = slowClient(gateway, 'Transfer-Encoding: chunked')
  await underWay(gateway, 2)
  const chunk = `190\r\n${'#'.repeat(399)}\n\r\n`
  other.socket.write(chunk)
  expect((await put(gateway)).status).toBe(200)
  other.socket.write(chunk)
  await until(() => other.received().startsWith('HTTP/1.1 429'))
  expect((await put(gateway)).status).toBe(200)
})

test('a body that is alone is taken, however small the limit', async () => {
  const { gateway } = await open('--push.queue-bytes-max=2')
  expect((await put(gateway)).status).toBe(200)
})

test('turns are taken in order, so many at once, and a failure gives its turn away', async () => {
  const turns = createTurns(2)
  const log: string[] = []
  const gates = new Map<string, (error?: Error) => void>()
  const run = (name: string) =>
    turns.take(() => {
      log.push(name)
      return new Promise<void>((resolve, reject) =>
        gates.set(name, (error) => (error === undefined ? resolve() : reject(error))),
      )
    })
  const all = ['a', 'b', 'c', 'd'].map((name) => run(name).catch(() => {}))
  await until(() => log.length === 2)
  gates.get('b')?.(new Error('no'))
  await until(() => log.length === 3)
  gates.get('a')?.()
  await until(() => log.length === 4)
  expect(log).toEqual(['a', 'b', 'c', 'd'])
  gates.get('c')?.()
  gates.get('d')?.()
  await Promise.all(all)
})
