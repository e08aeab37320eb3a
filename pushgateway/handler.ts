/** The HTTP surface: routes a request, counts it, and turns every fault into an answer. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { messageOf, ZstoneError } from '#lib/errors'
import { sendJson, sendText } from '#lib/http/message'
import type { Log } from '#lib/log'
import { findInconsistency } from './inconsistency.ts'
import { groupsAsJson } from './json-api.ts'
import type { OwnFamilies } from './own-families.ts'
import type { OwnMetrics } from './own-metrics.ts'
import { deleteGroup, type PushWorld, push } from './push.ts'
import { sendAnswer, sendChunks, sendFault } from './respond.ts'
import { type Route, routeOf } from './routes.ts'
import { exposition } from './scrape.ts'
import type { PushgatewaySettings } from './settings.ts'
import type { Store } from './store.ts'

export interface HandlerWorld {
  readonly settings: PushgatewaySettings
  readonly clock: Clock
  readonly log: Log
  readonly metrics: OwnMetrics
  readonly own: OwnFamilies
  readonly store: Store
  /** What takes pushes; undefined before recovery and after closing, as `state` says. */
  readonly pushes: () => PushWorld | undefined
  readonly state: () => 'starting' | 'ready' | 'closed'
  /** Why nothing can be stored any more, if so. */
  readonly broken: () => string | undefined
  readonly status: () => object
}

const metricsType = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'
const scrapesMax = 16

const apiHeaders = {
  'Access-Control-Allow-Headers': 'Accept, Authorization, Content-Type, Origin',
  'Access-Control-Allow-Methods': 'GET, POST, DELETE, OPTIONS',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Date',
  'Cache-Control': 'no-cache, no-store, must-revalidate',
}

type Served = Exclude<Route, { to: 'elsewhere' }>

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

interface Exchange {
  readonly world: HandlerWorld
  readonly underWay: { pushes: number; scrapes: number }
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function serve(exchange: Exchange, route: Served): Promise<void> {
  const { world, request, response } = exchange
  if (route.to === 'push' || route.to === 'delete') return servePush(exchange, route)
  request.resume()
  if (route.to === 'answer') return sendAnswer(response, route.answer)
  if (route.to === 'metrics') return serveMetrics(exchange)
  if (route.to === 'ready' || route.to === 'healthy') return serveHealth(exchange)
  for (const [name, value] of Object.entries(apiHeaders)) response.setHeader(name, value)
  if (route.to === 'api options') return sendAnswer(response, { status: 200 })
  if (route.to === 'api status')
    return sendJson(response, 200, { status: 'success', data: world.status() })
  const chunks = groupsAsJson(world.store.groups())
  return sendChunks(request, response, { contentType: 'application/json', chunks })
}

async function servePush(
  { world, underWay, request, response }: Exchange,
  route: Extract<Route, { to: 'push' | 'delete' }>,
): Promise<void> {
  const pushes = world.pushes()
  const startedMs = world.clock.monotonicMs()
  if (pushes === undefined) throw fault('PUSHGATEWAY_NOT_READY', { state: world.state() })
  if (underWay.pushes >= world.settings.push.queueLengthMax)
    throw fault('PUSHGATEWAY_BUSY', { waiting: underWay.pushes })
  world.metrics.waiting(++underWay.pushes)
  const unchecked = world.settings.push.disableConsistencyCheck
  try {
    if (route.to === 'delete') {
      request.resume()
      await deleteGroup(pushes, route.key)
      return sendAnswer(response, { status: 202 })
    }
    const sizeBytes = await push(pushes, request, route.key).catch((error) => {
      const isPromised = unchecked && isRefusal(error)
      if (isPromised) return 0
      throw error
    })
    const tookMs = world.clock.monotonicMs() - startedMs
    world.metrics.pushed({ method: request.method ?? '', tookMs, sizeBytes })
    return sendAnswer(response, { status: unchecked ? 202 : 200 })
  } finally {
    world.metrics.waiting(--underWay.pushes)
  }
}

/** Where the check is off, a push is promised before anyone has looked at it. */
function isRefusal(error: unknown): boolean {
  return error instanceof ZstoneError && error.code === 'PUSHGATEWAY_INCONSISTENT'
}

async function serveMetrics({ world, underWay, request, response }: Exchange): Promise<void> {
  if (underWay.scrapes >= scrapesMax)
    return sendText(response, 503, `Limit of concurrent requests reached (${scrapesMax})\n`)
  underWay.scrapes++
  try {
    const own = await world.own.read()
    const broken = world.settings.push.disableConsistencyCheck && findInconsistency(world.store)
    if (broken) {
      const text = `An error has occurred while serving metrics:\n\n${broken}\n`
      return sendText(response, 500, text)
    }
    const chunks = exposition(world.store.groups(), own)
    await sendChunks(request, response, { contentType: metricsType, chunks })
  } finally {
    underWay.scrapes--
  }
}

async function serveHealth({ world, underWay, response }: Exchange): Promise<void> {
  const broken = world.broken()
  const isFull = underWay.pushes >= world.settings.push.queueLengthMax
  if (world.state() !== 'ready') sendText(response, 503, `The gateway is ${world.state()}\n`)
  else if (broken !== undefined) sendText(response, 500, `The log is broken: ${broken}\n`)
  else if (isFull) sendText(response, 500, 'write queue is full\n')
  else sendText(response, 200, 'OK')
}

function count(
  { metrics }: HandlerWorld,
  request: IncomingMessage,
  { response, route }: { response: ServerResponse; route: Served },
): void {
  const counted = route.to !== 'metrics' && route.to !== 'answer'
  const handler = route.to.replace('api ', 'api/v1/')
  const method = request.method ?? ''
  if (counted) metrics.answered({ handler, method, status: response.statusCode })
}
