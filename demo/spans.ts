/**
 * A small OTLP/HTTP collector: the demo sees each hop because the platform exports it as a span.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { readJson, sendJson, sendText } from '#lib/http/message'

export interface SeenSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  readonly startMs: number
  readonly endMs: number
  readonly attributes: Readonly<Record<string, unknown>>
  readonly failed: boolean
}

export interface SpanSink {
  handle(request: IncomingMessage, response: ServerResponse): void
  all(): readonly SeenSpan[]
}

interface OtlpSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes?: { key: string; value: Record<string, unknown> }[]
  status?: { code?: number }
}

interface OtlpBody {
  resourceSpans?: { scopeSpans?: { spans?: OtlpSpan[] }[] }[]
}

const bodyBytesMax = 16 * 1024 * 1024
const errorStatus = 2

export function createSpanSink(): SpanSink {
  const seen: SeenSpan[] = []
  return {
    all: () => seen,
    handle(request, response) {
      readJson(request, bodyBytesMax)
        .then((body) => {
          seen.push(...spansOf(body as OtlpBody)) // The exporter's own format, version 1.
          sendJson(response, 200, {})
        })
        .catch((error) => sendText(response, 400, String(error)))
    },
  }
}

function spansOf({ resourceSpans = [] }: OtlpBody): SeenSpan[] {
  const spans = resourceSpans.flatMap(({ scopeSpans = [] }) =>
    scopeSpans.flatMap((scope) => scope.spans ?? []),
  )
  return spans.map((span) => ({
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    name: span.name,
    startMs: Number(BigInt(span.startTimeUnixNano) / 1000n) / 1000,
    endMs: Number(BigInt(span.endTimeUnixNano) / 1000n) / 1000,
    attributes: Object.fromEntries(
      (span.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]),
    ),
    failed: span.status?.code === errorStatus,
  }))
}
