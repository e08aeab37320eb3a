/** Every interval: collect, render, push; the last text is served at /metrics as well. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { MetricFamily } from '#api/sample'
import { type Clock, sleep } from '#lib/clock'
import { messageOf } from '#lib/errors'
import { sendText } from '#lib/http/message'
import type { Log } from '#lib/log'
import type { Random } from '#lib/random'
import type { Tracer } from '#lib/trace'
import { contentType, createRenderer } from './expose.ts'
import { createPushRecord } from './push-record.ts'
import { createPushing } from './pushing.ts'
import type { Tick } from './tick.ts'

/** What the agent publishes; never rejects, bounds its own time. */
export interface Collection {
  collect(): Promise<readonly MetricFamily[]>
  close(): Promise<void>
}

export interface AgentOptions {
  /** Name of the node. */
  readonly instance: string
  readonly version: string
  readonly collection: Collection
  /** Base URL of the pushgateway; absent: nothing is pushed. */
  readonly pushUrl?: string | undefined
  readonly everyMs: number
  /** What takes the ticks that the pushgateway missed, or every one; absent: those are lost. */
  readonly history?: AgentHistory | undefined
  readonly clock: Clock
  readonly log: Log
  readonly tracer: Tracer
  readonly random: Random
}

export interface AgentHistory {
  readonly wants: 'missed' | 'every'
  start(): void
  /** Returns at once. */
  offer(tick: Tick): void
  families(): readonly MetricFamily[]
  close(): Promise<void>
}

export interface Agent {
  start(): void
  /** Runs one tick now, after the one under way; done when it is pushed or given up. */
  collectNow(): Promise<void>
  /** The last text; empty before the first tick. */
  render(): string
  /** Serves /metrics; false: the request is for somebody else. */
  handle(request: IncomingMessage, response: ServerResponse): boolean
  /** Gives up what is under way. */
  close(): Promise<void>
}

/** Older than so many intervals, the last text is not served: it would pass for the present. */
const staleAfterIntervals = 3

export function createAgent(options: AgentOptions): Agent {
  const { instance, version, collection, everyMs, clock, log, tracer, history } = options
  const record = createPushRecord({ clock, log, labels: { node: instance, version } })
  const renderer = createRenderer()
  let body: Buffer = Buffer.alloc(0)
  let renderedMs = Number.NEGATIVE_INFINITY
  let last = Promise.resolve()
  let running = Promise.resolve()
  const closing = new AbortController()

  const pushing =
    options.pushUrl === undefined
      ? undefined
      : createPushing({ ...options, url: options.pushUrl, record, closing: closing.signal })

  const own = () => [
    ...record.families(),
    ...(pushing?.families() ?? []),
    ...(history?.families() ?? []),
  ]
  /** A copy: the next tick but one is written over the text. */
  const offer = ({ atMs, text }: Tick) => history?.offer({ atMs, text: Buffer.from(text) })
  const tick = () =>
    tracer.span('push', { attributes: { instance } }, async ({ traceparent, set }) => {
      const atMs = clock.nowMs()
      const startedMs = clock.monotonicMs()
      const families = await collection.collect()
      const text = renderer.render([...families, ...own()])
      body = text
      renderedMs = clock.monotonicMs()
      record.rendered(renderedMs - startedMs)
      set('bytes', text.length)
      const arrived = (await pushing?.push(text, traceparent)) ?? false
      if (!arrived || history?.wants === 'every') offer({ atMs, text })
    })
  const collectNow = () => {
    last = last.then(tick).catch((error) => {
      log.error({ error: messageOf(error) }, 'The tick failed; the next one brings newer values')
    })
    return last
  }
  const run = async () => {
    for (let dueMs = clock.monotonicMs(); !closing.signal.aborted; ) {
      await collectNow()
      // On the beat; what a late tick missed of it is left out.
      const nowMs = clock.monotonicMs()
      dueMs += everyMs * Math.max(1, Math.ceil((nowMs - dueMs) / everyMs))
      await sleep(clock, dueMs - nowMs, closing.signal)
    }
  }
  return {
    start() {
      history?.start()
      running = run()
    },
    collectNow,
    render: () => body.toString(),
    handle(request, response) {
      if (request.url?.split('?')[0] !== '/metrics') return false
      serve(request, response, () =>
        clock.monotonicMs() - renderedMs > staleAfterIntervals * everyMs ? undefined : body,
      )
      return true
    },
    async close() {
      closing.abort()
      await collection.close()
      await running
      await last
      pushing?.close()
      await history?.close()
    },
  }
}

function serve(
  { method }: IncomingMessage,
  response: ServerResponse,
  current: () => Buffer | undefined,
): void {
  const body = copyOf(current())
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD')
    sendText(response, 405, 'Cannot change metrics: they can only be read\n')
  } else if (body === undefined)
    sendText(response, 503, 'Cannot serve metrics: there was no tick for three intervals\n')
  else
    response
      .writeHead(200, { 'Content-Type': contentType, 'Content-Length': body.length })
      .end(method === 'HEAD' ? undefined : body)
}

/** A slow reader may still be at it when the buffer is written anew. */
const copyOf = (body: Buffer | undefined) => (body === undefined ? body : Buffer.from(body))
