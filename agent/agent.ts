/** Every interval: collect, render, push; the last text is served at /metrics as well. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { MetricFamily } from '#api/sample'
import type { Clock } from '#lib/clock'
import { messageOf, ZstoneError } from '#lib/errors'
import { sendText } from '#lib/http/message'
import type { Log } from '#lib/log'
import { createLoop } from '#lib/loop'
import type { Metrics } from '#lib/metrics'
import type { Random } from '#lib/random'
import { retry } from '#lib/retry'
import type { Tracer } from '#lib/trace'
import { contentType, render } from './expose.ts'
import { createPusher } from './push.ts'
import { createPushRecord } from './push-record.ts'

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
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly tracer: Tracer
  readonly random: Random
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

const attempts = 3
const firstDelayMs = 250
const delayMsMax = 2000
/** Older than so many intervals, the last text is not served: it would pass for the present. */
const staleAfterIntervals = 3

export function createAgent(options: AgentOptions): Agent {
  const { instance, version, collection, everyMs, clock, log, tracer } = options
  const pusher =
    options.pushUrl === undefined ? undefined : createPusher({ url: options.pushUrl, instance })
  const record = createPushRecord({ clock, log, labels: { node: instance, version } })
  let body = Buffer.alloc(0)
  let renderedMs = Number.NEGATIVE_INFINITY
  let last = Promise.resolve()
  const closing = new AbortController()

  const tick = () =>
    tracer.span('push', { attributes: { instance } }, async ({ traceparent, set }) => {
      const families = await collection.collect()
      body = Buffer.from(render([...families, ...record.families()]))
      renderedMs = clock.monotonicMs()
      set('bytes', body.length)
      if (pusher === undefined) return
      await record.measure(body.length, () => pushWithin(traceparent))
    })
  /** One attempt after the other, all of them before the next tick, which brings newer values. */
  const pushWithin = async (traceparent: string) => {
    const stop = new AbortController()
    const giveUp = () => stop.abort()
    const timer = clock.after(everyMs, giveUp)
    closing.signal.addEventListener('abort', giveUp, { once: true })
    if (closing.signal.aborted) giveUp()
    try {
      await retry(
        { attempts, firstDelayMs, delayMsMax, isPassing },
        { clock, random: options.random, signal: stop.signal },
        () => pusher?.push(body, traceparent, stop.signal) ?? Promise.resolve(),
      )
    } finally {
      timer.cancel()
      closing.signal.removeEventListener('abort', giveUp)
    }
  }
  const collectNow = () => {
    last = last.then(tick).catch((error) => {
      log.error({ error: messageOf(error) }, 'The tick failed; the next one brings newer values')
    })
    return last
  }
  const loop = createLoop({ name: 'agent', everyMs, pass: collectNow }, options)
  return {
    start: loop.start,
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
      await loop.close()
      await last
      pusher?.close()
    },
  }
}

const isPassing = (error: unknown) => !(error instanceof ZstoneError) || error.retry

function serve(
  { method }: IncomingMessage,
  response: ServerResponse,
  current: () => Buffer | undefined,
): void {
  const body = current()
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
