import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { createTracer, traceIdOf } from '#lib/trace'

test('a span made from a traceparent belongs to the same trace', async () => {
  const tracer = createTracer('test')
  const outer = await tracer.span('push', {}, (span) => span.traceparent)
  const inner = await tracer.span('evaluate', { parent: outer }, (span) => span.traceparent)
  expect(traceIdOf(inner)).toBe(traceIdOf(outer))
  expect(inner).not.toBe(outer)
})

test('a malformed traceparent begins a new trace', async () => {
  const tracer = createTracer('test')
  const made = await tracer.span('push', { parent: 'nonsense' }, (span) => span.traceparent)
  expect(traceIdOf(made)).toMatch(/^[0-9a-f]{32}$/)
  expect(traceIdOf('nonsense')).toBeUndefined()
})

test('finished spans arrive at an OTLP/HTTP collector with name, parent and error', async () => {
  const bodies: string[] = []
  const sink = createServer((request, response) => {
    request.on('data', (chunk) => bodies.push(String(chunk)))
    request.on('end', () => response.end('{}'))
  })
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
  const tracer = createTracer('test', `http://127.0.0.1:${(sink.address() as AddressInfo).port}`)
  const failing = tracer.span('push', { attributes: { job: 'zstone' } }, () => {
    throw new Error('refused')
  })
  await expect(failing).rejects.toThrow('refused')
  await tracer.close()
  sink.close()
  const span = JSON.parse(bodies.join('')).resourceSpans[0].scopeSpans[0].spans[0]
  expect(span).toMatchObject({ name: 'push', status: { message: 'refused' } })
})
