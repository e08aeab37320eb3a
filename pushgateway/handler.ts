/** The HTTP surface: routes a request, counts it, and turns every fault into an answer. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { messageOf, ZstoneError } from '#lib/errors'
import type { Exchange, HandlerWorld } from './exchange.ts'
import { sendAnswer, sendFault } from './respond.ts'
import { type Route, routeOf } from './routes.ts'
import { serveApiMetrics, serveApiOptions, serveApiStatus } from './serve-api.ts'
import { serveHealth } from './serve-health.ts'
import { serveMetrics } from './serve-metrics.ts'
import { serveDelete, servePush } from './serve-push.ts'

type Served = Exclude<Route, { to: 'elsewhere' }>
type RouteTo<To extends Served['to']> = Extract<Served, { readonly to: To }>
type Serve<R> = (exchange: Exchange, route: R) => void | Promise<void>

/** Who serves which route. A body that is not read is drained before. */
const servers: { readonly [To in Served['to']]: Serve<RouteTo<To>> } = {
  answer: ({ response }, route) => sendAnswer(response, route.answer),
  push: servePush,
  delete: serveDelete,
  metrics: serveMetrics,
  ready: serveHealth,
  healthy: serveHealth,
  'api/v1/metrics': serveApiMetrics,
  'api/v1/status': serveApiStatus,
  'api/v1/options': serveApiOptions,
}

const readsBody: ReadonlySet<Served['to']> = new Set(['push'])

/** Returns whether the path is the gateway's; if so the answer is on its way. */
export function createHandler(world: HandlerWorld) {
  const underWay = { pushes: 0, scrapes: 0 }
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const route = routeOf(request.method ?? 'GET', request.url ?? '/')
    if (route.to === 'elsewhere') return false
    serve({ world, underWay, request, response }, route)
      .catch((error) => {
        if (!(error instanceof ZstoneError))
          world.log.error({ error: messageOf(error), url: request.url }, 'Request not answered')
        sendFault(response, error)
      })
      .finally(() => count(world, request, { response, route }))
    return true
  }
}

async function serve(exchange: Exchange, route: Served): Promise<void> {
  if (!readsBody.has(route.to)) exchange.request.resume()
  // The table pairs each name with a function for routes of that name; indexing loses the pair.
  const server = servers[route.to] as Serve<Served>
  await server(exchange, route)
}

function count(
  { metrics }: HandlerWorld,
  request: IncomingMessage,
  { response, route }: { response: ServerResponse; route: Served },
): void {
  const counted = route.to !== 'metrics' && route.to !== 'answer'
  const method = request.method ?? ''
  if (counted) metrics.answered({ handler: route.to, method, status: response.statusCode })
}
