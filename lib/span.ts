/** What a span is, and its context as text; `lib/trace.ts` makes them. */

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

export interface SpanContext {
  readonly traceId: string
  readonly spanId: string
}

export const traceparentOf = ({ traceId, spanId }: SpanContext) => `00-${traceId}-${spanId}-01`

/** The 32 hex digits that name the whole trace, or undefined where there is none. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return parseTraceparent(traceparent)?.traceId
}

export function parseTraceparent(traceparent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(traceparent ?? '') ?? []
  return traceId === undefined || spanId === undefined || /^0+$/.test(traceId)
    ? undefined
    : { traceId, spanId }
}
