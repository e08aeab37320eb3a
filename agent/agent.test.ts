import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import type { MetricFamily } from '#api/sample'
import { createManualClock, type ManualClock, systemClock } from '#lib/clock'
import { type HttpServer, openHttp } from '#lib/http/server'
import { type Log, silentLog } from '#lib/log'
import { seededRandom } from '#lib/random'
import { createTracer } from '#lib/trace'
import { until } from '#test/until'
import { type Agent, type AgentOptions, createAgent } from './agent.ts'

interface Push {
  readonly body: string
  readonly traceparent: string | undefined
}

let server: Server | undefined
let web: HttpServer | undefined
let agent: Agent | undefined

afterEach(async () => {
  await agent?.close()
  server?.closeAllConnections()
  server?.close()
  await web?.close()
})

/** A pushgateway that keeps what it gets; `statuses` are its first answers, then 200. */
async function gateway(...statuses: number[]) {
  const pushes: Push[] = []
  server = createServer((request, response) => {
    if (request.method === 'HEAD') return void response.end() // It asks for the time only.
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const traceparent = request.headers.traceparent
      pushes.push({
        body,
        traceparent: traceparent === undefined ? undefined : String(traceparent),
      })
      response.writeHead(statuses.shift() ?? 200).end('said')
    })
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { pushes, url: `http://127.0.0.1:${port}` }
}

function counting() {
  let ticks = 0
  const collect = async (): Promise<MetricFamily[]> => [
    {
      name: 'ticks',
      type: 'counter',
      help: 'Ticks.',
      samples: [{ name: 'ticks', labels: {}, value: ++ticks }],
    },
  ]
  return { collect, close: async () => {} }
}

function open(options: Partial<AgentOptions> = {}): Agent {
  agent = createAgent({
    instance: 'node-1',
    version: '0.1.0',
    collection: counting(),
    everyMs: 15_000,
    clock: systemClock,
    log: silentLog,
    tracer: createTracer('test'),
    random: seededRandom(1),
    ...options,
  })
  return agent
}

const metricIn = (text: string, name: string) => {
  const found = new RegExp(`^${name}(\\{.*\\})? (.*)$`, 'm').exec(text)?.[2]
  return found === undefined ? undefined : Number(found)
}

/** Moves the clock on until the work is done, however many pauses it makes. */
async function through(clock: ManualClock, work: Promise<void>) {
  let isDone = false
  void work.then(() => {
    isDone = true
  })
  await until(async () => {
    await clock.advance(100)
    return isDone
  })
}

test('a tick is collected, rendered and pushed, each in a trace of its own', async () => {
  const { pushes, url } = await gateway()
  const { collectNow } = open({ pushUrl: url })
  await collectNow()
  await collectNow()
  expect(pushes.map(({ body }) => metricIn(body, 'ticks'))).toEqual([1, 2])
  expect(pushes[0]?.body).toContain('zstone_agent_info{node="node-1",version="0.1.0"} 1\n')
  expect(pushes[0]?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  expect(pushes[0]?.traceparent).not.toBe(pushes[1]?.traceparent)
})

test('started, it ticks every interval', async () => {
  const { pushes, url } = await gateway()
  const clock = createManualClock()
  open({ pushUrl: url, clock }).start()
  await until(() => pushes.length === 1)
  await until(async () => {
    await clock.advance(1000)
    return pushes.length === 3
  })
  expect(clock.monotonicMs()).toBeGreaterThanOrEqual(30_000)
})

test('a push that fails is tried again with the same values, then given up', async () => {
  const { pushes, url } = await gateway(503, 503, 503, 200)
  const clock = createManualClock()
  const { collectNow } = open({ pushUrl: url, clock })
  await through(clock, collectNow())
  expect(pushes.map(({ body }) => metricIn(body, 'ticks'))).toEqual([1, 1, 1])
  await through(clock, collectNow())
  expect(pushes.map(({ body }) => metricIn(body, 'ticks'))).toEqual([1, 1, 1, 2])
  await through(clock, collectNow())
  const last = pushes.at(-1)?.body ?? ''
  expect(metricIn(last, 'zstone_agent_push_total')).toBe(2)
  expect(metricIn(last, 'zstone_agent_push_failed_total')).toBe(1)
  expect(metricIn(last, 'zstone_agent_push_bytes')).toBeGreaterThan(100)
  expect(metricIn(last, 'zstone_agent_push_duration_seconds')).toBeGreaterThanOrEqual(0)
  expect(metricIn(last, 'zstone_agent_push_last_success_timestamp_seconds')).toBeGreaterThan(1e9)
})

test('a push that is refused is not tried again', async () => {
  const { pushes, url } = await gateway(400)
  await open({ pushUrl: url }).collectNow()
  expect(pushes).toHaveLength(1)
})

test('why pushes fail is logged once, and that they arrive again', async () => {
  const lines: string[] = []
  const note = (_: object, message: string) => void lines.push(message)
  const log: Log = { ...silentLog, info: note, warn: note, error: note }
  const { url } = await gateway(400, 400, 200, 200)
  const { collectNow } = open({ pushUrl: url, log })
  for (let i = 0; i < 4; i++) await collectNow()
  expect(lines).toEqual([
    'The push failed; each tick tries again with newer values',
    'Pushes arrive again',
  ])
})

test('a gateway that hangs costs one interval, and closing does not wait for it', async () => {
  server = createServer(() => {})
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const clock = createManualClock()
  const { collectNow, close, render } = open({ pushUrl: `http://127.0.0.1:${port}`, clock })
  await through(clock, collectNow())
  expect(clock.monotonicMs()).toBeLessThan(20_000)
  const second = collectNow()
  await until(() => metricIn(render(), 'ticks') === 2)
  await close()
  await second
  expect(metricIn(render(), 'zstone_agent_push_failed_total')).toBe(1)
})

test('the last text is served at /metrics, and nothing once it is stale', async () => {
  const clock = createManualClock()
  const { collectNow, handle } = open({ clock })
  web = await openHttp({ name: 'the agent', address: '127.0.0.1:0', flag: '-' }, (req, res) => {
    if (!handle(req, res)) res.writeHead(404).end()
  })
  expect((await fetch(`${web.url}/metrics`)).status).toBe(503)
  await collectNow()
  const answer = await fetch(`${web.url}/metrics?name=all`)
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(metricIn(await answer.text(), 'ticks')).toBe(1)
  expect((await fetch(`${web.url}/metrics`, { method: 'POST' })).status).toBe(405)
  expect((await fetch(`${web.url}/other`)).status).toBe(404)
  await clock.advance(46_000)
  expect((await fetch(`${web.url}/metrics`)).status).toBe(503)
})
