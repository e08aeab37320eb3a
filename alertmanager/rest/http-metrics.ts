/** How requests are answered, by upstream's names. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '#lib/clock'
import type { Metrics } from '#lib/metrics'

export interface HttpMeter {
  /** Follows the exchange to its end; `handler` is one of a fixed set. */
  follow(exchange: { request: IncomingMessage; response: ServerResponse }, handler: string): void
  readonly running: { get(): number }
  turnedAway(): void
}

export function createHttpMeter({ metrics, clock }: { metrics: Metrics; clock: Clock }): HttpMeter {
  const seconds = metrics.histogram(
    'alertmanager_http_request_duration_seconds',
    'How long requests took.',
    { labels: ['handler', 'method', 'code'], buckets: [0.005, 0.05, 0.1, 0.25, 0.5, 1, 2, 5] },
  )
  const sizes = metrics.histogram(
    'alertmanager_http_response_size_bytes',
    'How large answers were.',
    { labels: ['handler', 'method'], buckets: [100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8] },
  )
  const inFlight = metrics.gauge(
    'alertmanager_http_requests_in_flight',
    'Requests that are being answered.',
    ['method'],
  )
  const exceeded = metrics.counter(
    'alertmanager_http_concurrency_limit_exceeded_total',
    'Requests turned away because too many were under way.',
    ['method'],
  )
  exceeded.inc({ method: 'get' }, 0)
  inFlight.set({ method: 'get' }, 0)
  let running = 0
  return {
    follow({ request, response }, handler) {
      const method = methodOf(request)
      const startedMs = clock.monotonicMs()
      if (method === 'get') inFlight.set({ method }, ++running)
      response.once('close', () => {
        if (method === 'get') inFlight.set({ method }, --running)
        const code = String(response.statusCode)
        seconds.observe({ handler, method, code }, (clock.monotonicMs() - startedMs) / 1000)
        const size = Number(response.getHeader('Content-Length') ?? 0)
        sizes.observe({ handler, method }, size)
      })
    },
    running: { get: () => running },
    turnedAway: () => exceeded.inc({ method: 'get' }),
  }
}

const methods = new Set(['get', 'post', 'put', 'delete', 'head', 'options', 'patch'])

function methodOf({ method = '' }: IncomingMessage): string {
  const lower = method.toLowerCase()
  return methods.has(lower) ? lower : 'unknown'
}
