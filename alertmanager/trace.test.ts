import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { createTracer } from '#lib/trace'
import { until } from '#test/until'
import { openArena, openReceiver } from './arena.conformance.ts'

interface Exported {
  readonly name: string
  readonly traceId: string
  readonly parentSpanId?: string
}

/** An OTLP/HTTP collector that keeps the spans it gets. */
async function openSink() {
  const spans: Exported[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const body = JSON.parse(text) as {
      resourceSpans: { scopeSpans: { spans: Exported[] }[] }[]
    }
    for (const { scopeSpans } of body.resourceSpans)
      for (const scope of scopeSpans) spans.push(...scope.spans)
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.address() as AddressInfo // It listens on TCP.
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { url: `http://127.0.0.1:${port}`, spans, close }
}

test('the trace that an alert came with goes on to its delivery, and to the master', async () => {
  const sink = await openSink()
  const receiver = await openReceiver()
  const tracer = createTracer('alertmanager', sink.url)
  const arena = await openArena(
    `
route: { receiver: all, group_by: [alertname], group_wait: 50ms }
receivers:
- name: all
  webhook_configs:
  - url: '${receiver.url}/hook'
  - url: '${receiver.url}/master'
    http_config: { authorization: { credentials: token } }
`,
    { tracer },
  )
  const traceId = '1234567890abcdef1234567890abcdef'
  const parent = 'fedcba0987654321'
  const alert = {
    labels: { alertname: 'Traced' },
    annotations: { traceparent: `00-${traceId}-${parent}-01` },
    startsAt: new Date(systemClock.nowMs()).toISOString(),
  }
  await arena.post([alert])
  await until(() => receiver.received.length === 2)
  await arena.post([alert])
  await arena.close()
  await tracer.close()
  await sink.close()
  await receiver.close()
  const ours = sink.spans.filter((span) => span.traceId === traceId)
  expect(ours.map(({ name }) => name).sort()).toEqual([
    'alert arrival',
    'alert flush',
    'deliver webhook',
    'deliver webhook',
  ])
  expect(new Set(ours.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([parent]))
  const toMaster = receiver.received.find(({ path }) => path === '/master')
  expect(toMaster?.headers.traceparent).toMatch(new RegExp(`^00-${traceId}-`))
  expect(toMaster?.headers.authorization).toBe('Bearer token')
})
