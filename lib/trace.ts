/**
 * Spans by hand, at the joints (OpenTelemetry SDK). A span's context is a W3C `traceparent` string,
 * so that it can travel in a header, a row, a queue job or an annotation and be picked up later.
 */
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

export interface Span {
  /** `00-<trace id>-<span id>-01`; hand it on, and what follows becomes a child. */
  readonly traceparent: string
  set(name: string, value: string | number | boolean): void
}

export interface SpanOptions {
  /** The `traceparent` of what caused this; absent or malformed: a new trace begins. */
  readonly parent?: string | undefined
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
}

export interface Tracer {
  /** Runs `run` inside a span; an error it throws is recorded and passes through. */
  span<T>(name: string, options: SpanOptions, run: (span: Span) => T | Promise<T>): Promise<T>
  /** Sends what is buffered and stops. */
  close(): Promise<void>
}

/** `endpoint` is the base URL of an OTLP/HTTP collector; absent: spans get ids but go nowhere. */
export function createTracer(service: string, endpoint?: string): Tracer {
  const url = endpoint === undefined ? undefined : `${endpoint.replace(/\/$/, '')}/v1/traces`
  const processors = url === undefined ? [] : [batched(url)]
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: processors,
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

function batched(url: string): BatchSpanProcessor {
  const exporter = new OTLPTraceExporter({ url })
  return new BatchSpanProcessor({ exporter, scheduledDelayMillis: 500 })
}

/** The 32 hex digits that name the whole trace, or undefined where there is none. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparent === undefined ? undefined : parse(traceparent)?.traceId
}

function spanOf(otel: OtelSpan): Span {
  const { traceId, spanId } = otel.spanContext()
  return {
    traceparent: `00-${traceId}-${spanId}-01`,
    set: (name, value) => void otel.setAttribute(name, value),
  }
}

function contextOf(traceparent: string | undefined): Context {
  const parent = traceparent === undefined ? undefined : parse(traceparent)
  return parent === undefined
    ? ROOT_CONTEXT
    : trace.setSpanContext(contexts.active(), {
        ...parent,
        traceFlags: TraceFlags.SAMPLED,
        isRemote: true,
      })
}

function parse(traceparent: string): { traceId: string; spanId: string } | undefined {
  const [, traceId, spanId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(traceparent) ?? []
  return traceId === undefined || spanId === undefined || /^0+$/.test(traceId)
    ? undefined
    : { traceId, spanId }
}
