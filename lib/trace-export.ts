/** Spans that are exported over OTLP/HTTP, by the OpenTelemetry SDK. */
import {
  type Context,
  context as contexts,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { messageOf } from './errors.ts'
import { parseTraceparent, type Span, type Tracer, traceparentOf } from './span.ts'

/** `url` takes the spans. */
export function createExporting(service: string, url: string): Tracer {
  const exporter = new OTLPTraceExporter({ url })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 500 })],
  })
  const tracer = provider.getTracer('zstone')
  return {
    async span(name, { parent, attributes = {} }, run) {
      const otel = tracer.startSpan(name, { attributes }, contextOf(parent))
      try {
        return await run(spanOf(otel))
      } catch (error) {
        otel.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) })
        throw error
      } finally {
        otel.end()
      }
    },
    close: () => provider.shutdown(),
  }
}

function spanOf(otel: OtelSpan): Span {
  return {
    traceparent: traceparentOf(otel.spanContext()),
    set: (name, value) => void otel.setAttribute(name, value),
  }
}

function contextOf(traceparent: string | undefined): Context {
  const parent = parseTraceparent(traceparent)
  return parent === undefined
    ? ROOT_CONTEXT
    : trace.setSpanContext(contexts.active(), {
        ...parent,
        traceFlags: TraceFlags.SAMPLED,
        isRemote: true,
      })
}
