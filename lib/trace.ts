/**
 * Spans by hand, at the joints. A span's context is a W3C `traceparent` string, so that it can
 * travel in a header, a row, a queue job or an annotation and be picked up later. The OpenTelemetry
 * SDK is only loaded to export: an agent on a small node need not keep it in memory.
 */
import { systemRandom } from './random.ts'
import { type Tracer, traceIdOf, traceparentOf } from './span.ts'

export { type Span, type SpanOptions, type Tracer, traceIdOf } from './span.ts'

/** `endpoint` is the base URL of an OTLP/HTTP collector; absent: spans get ids but go nowhere. */
export function createTracer(service: string, endpoint?: string): Tracer {
  if (endpoint === undefined) return unheard
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`
  const loading = import('./trace-export.ts').then((sdk) => sdk.createExporting(service, url))
  return {
    span: async (name, options, run) => (await loading).span(name, options, run),
    close: async () => (await loading).close(),
  }
}

const unheard: Tracer = {
  span: async (_, { parent }, run) => {
    const traceId = traceIdOf(parent) ?? systemRandom.hex(16)
    return run({ traceparent: traceparentOf({ traceId, spanId: systemRandom.hex(8) }), set() {} })
  },
  close: async () => {},
}
