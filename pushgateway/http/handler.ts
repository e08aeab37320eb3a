/** The HTTP surface: routes a request, counts it, and turns every fault into an answer. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fault } from '#api/errors'
import { messageOf, ZstoneError } from '#lib/errors'
import { type Caller, nobody } from '#lib/http/caller'
import { serveGroupsDeletion } from '../bulk/serve-deletion.ts'
import { serveParts } from '../bulk/serve-parts.ts'
import { rejectionOf } from '../limits/rejections.ts'
import { serveDeletion, serveWiping } from '../page/serve-forms.ts'
import {
  serveApiGroups,
  serveDeletionForm,
  serveGroup,
  serveGroups,
  serveStatus,
  serveWipeForm,
} from '../page/serve-pages.ts'
import type { Exchange, HandlerWorld } from './exchange.ts'
import { sendAnswer, sendFault } from './respond.ts'
import type { Role, Route } from './routes.ts'
import { serveApiMetrics, serveApiOptions, serveApiStatus } from './serve-api.ts'
import { serveHealth } from './serve-health.ts'
import { serveMetrics } from './serve-metrics.ts'
import { serveDelete, servePush } from './serve-push.ts'
import { serveQuit } from './serve-quit.ts'
import { serveWipe } from './serve-wipe.ts'

type RouteTo<To extends Route['to']> = Extract<Route, { readonly to: To }>
type Serve<R> = (exchange: Exchange, route: R) => void | Promise<void>

/** Who serves which route. A body that is not read is drained before. */
const servers: { readonly [To in Route['to']]: Serve<RouteTo<To>> } = {
  answer: ({ response }, route) => sendAnswer(response, route.answer),
  push: servePush,
  delete: serveDelete,
  metrics: serveMetrics,
  ready: serveHealth,
  healthy: serveHealth,
  quit: serveQuit,
  wipe: serveWipe,
  'page/groups': serveGroups,
  'page/group': serveGroup,
  'page/status': serveStatus,
  'page/delete': serveDeletionForm,
  'page/deletion': serveDeletion,
  'page/wipe': serveWipeForm,
  'page/wiping': serveWiping,
  'api/v1/groups': serveApiGroups,
  'api/v1/groups/deletion': serveGroupsDeletion,
  'api/v1/metrics': serveApiMetrics,
  'api/v1/push': serveParts,
  'api/v1/status': serveApiStatus,
  'api/v1/options': serveApiOptions,
}

const readsBody: ReadonlySet<Route['to']> = new Set(['push', 'api/v1/push', 'page/deletion'])

export type Handle = (request: IncomingMessage, response: ServerResponse, caller?: Caller) => void

export function createHandler(world: HandlerWorld): Handle {
  const underWay = { pushes: 0, scrapes: 0 }
  return (request, response, caller = nobody) => {
    const route = world.routeOf(request.method ?? 'GET', request.url ?? '/')
    serve({ world, caller, underWay, request, response }, route)
      .catch((error) => {
        if (!(error instanceof ZstoneError))
          world.log.error({ error: messageOf(error), url: request.url }, 'Request not answered')
        const reason = rejectionOf(error)
        if (reason !== undefined) world.metrics.rejected(reason)
        sendFault(response, error)
      })
      .finally(() => count(world, request, { response, route }))
  }
}

async function serve(exchange: Exchange, route: Route): Promise<void> {
  if (exchange.response.socket === null) await isNext(exchange)
  if (!readsBody.has(route.to)) exchange.request.resume()
  if (route.needs !== undefined) refuseStrangers(exchange, route.needs)
  // The table pairs each name with a function for routes of that name; indexing loses the pair.
  const server = servers[route.to] as Serve<Route>
  await server(exchange, route)
}

/** A client that does not wait for answers gets them, and what it asked for done, in its order. */
function isNext({ request, response }: Exchange): Promise<void> {
  return new Promise((resolve, reject) => {
    response.once('socket', () => resolve())
    request.once('close', () => reject(new Error('The client hung up before its turn')))
  })
}

function refuseStrangers({ world, caller, request, response }: Exchange, needs: Role): void {
  const verdict = world.roles.judge(needs, caller)
  if (verdict === 'allowed') return
  request.resume()
  if (verdict === 'forbidden')
    throw fault('PUSHGATEWAY_FORBIDDEN', { needs, who: caller.user ?? caller.certificateNames[0] })
  response.setHeader('WWW-Authenticate', 'Basic')
  throw fault('PUSHGATEWAY_UNAUTHENTICATED', { needs })
}

const uncounted: ReadonlySet<Route['to']> = new Set(['answer', 'metrics', 'quit'])

function count(
  { metrics }: HandlerWorld,
  request: IncomingMessage,
  { response, route }: { response: ServerResponse; route: Route },
): void {
  if (route.to === 'metrics') metrics.scraped(response.statusCode)
  if (uncounted.has(route.to)) return
  const method = request.method ?? ''
  metrics.answered({ handler: route.to, method, status: response.statusCode })
}
