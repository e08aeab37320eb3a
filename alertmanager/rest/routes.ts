/** Which request goes where. Everything of API v2, and the endpoints for operators. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { messageOf, ZstoneError } from '#lib/errors'
import { sendText } from '#lib/http/message'
import type { Log } from '#lib/log'
import type { AlertConfig } from '../config/config.ts'
import { type AlertsWorld, getAlerts, getGroups, postAlerts } from './alerts.ts'
import { answerJson, type Handler, Refusal } from './answer.ts'
import { deleteSilence, getSilence, getSilences, postSilence } from './silences.ts'
import { type StatusWorld, statusOf } from './status.ts'

export interface RestWorld extends AlertsWorld, StatusWorld {
  readonly reload: () => Promise<void>
  readonly isReady: () => boolean
}

/** True: the request was this part's, and is answered. */
export type Handle = (request: IncomingMessage, response: ServerResponse) => boolean

type Method = 'GET' | 'POST' | 'DELETE'

const limits = { getsAtOnce: 16 }

export function createRest(world: RestWorld): Handle {
  const paths = apiOf(world)
  const limited = createGetLimit()
  return (request, response) => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://host')
    if (isOperators(pathname)) void answerOperator(pathname, { request, response }, world)
    else if (pathname.startsWith('/api/v1/')) {
      const error = 'Alertmanager v1 API has been removed, use the v2 API'
      answerJson(response, 410, { status: 'deprecated', error })
    } else if (pathname.startsWith('/api/v2/')) {
      const found = findPath(paths, pathname)
      const handler = handlerOf(found?.methods, pathname, { request, response })
      if (found === undefined || handler === undefined) return true
      const call = { request, query, argument: found.argument }
      limited({ request, response }, () => answer(() => handler(call), response, world.log))
    } else return false
    return true
  }
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Undefined: there is none, and that has been answered. */
function handlerOf(
  methods: Methods | undefined,
  pathname: string,
  { request, response }: Exchange,
): Handler | undefined {
  if (request.method === 'OPTIONS') {
    allow(response, methods)
    return undefined
  }
  if (methods === undefined) {
    answerJson(response, 404, { code: 404, message: `path ${pathname} was not found` })
    return undefined
  }
  const handler = methods[methodOf(request)]
  if (handler === undefined) refuseMethod(request, response, methods)
  return handler
}

/** Reading everything is dear; posts are never turned away for it. */
function createGetLimit() {
  let running = 0
  return ({ request, response }: Exchange, run: () => Promise<void>) => {
    if (methodOf(request) !== 'GET') return void run()
    if (running >= limits.getsAtOnce)
      return sendText(response, 503, `Limit of concurrent GET requests (${limits.getsAtOnce}).\n`)
    running++
    void run().finally(() => running--)
  }
}

type Methods = Readonly<Partial<Record<Method, Handler>>>

function apiOf(world: RestWorld): Readonly<Record<string, Methods>> {
  return {
    '/api/v2/alerts': { GET: getAlerts(world), POST: postAlerts(world) },
    '/api/v2/alerts/groups': { GET: getGroups(world) },
    '/api/v2/silences': { GET: getSilences(world), POST: postSilence(world) },
    '/api/v2/silence/': { GET: getSilence(world), DELETE: deleteSilence(world) },
    '/api/v2/receivers': { GET: async () => receiversOf(world.config()) },
    '/api/v2/status': { GET: async () => statusOf(world, world.config().shown) },
  }
}

/** A path that ends in a slash takes one argument there. */
function findPath(paths: ReturnType<typeof apiOf>, pathname: string) {
  const exact = paths[pathname]
  if (exact !== undefined && !pathname.endsWith('/')) return { methods: exact, argument: '' }
  const [, head = '', argument = ''] = /^(.*\/)([^/]+)$/.exec(pathname) ?? []
  const methods = paths[head]
  return methods === undefined ? undefined : { methods, argument: decoded(argument) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function methodOf({ method }: IncomingMessage): Method {
  return (method === 'HEAD' ? 'GET' : method) as Method // Any other finds no handler.
}

function refuseMethod(request: IncomingMessage, response: ServerResponse, methods: Methods): void {
  const allowed = Object.keys(methods).join(',')
  response.setHeader('Allow', allowed)
  const message = `method ${request.method} is not allowed, but [${allowed}] are`
  answerJson(response, 405, { code: 405, message })
}

function allow(response: ServerResponse, methods: Methods = {}): void {
  response.setHeader('Access-Control-Allow-Methods', Object.keys(methods).join(', '))
  response.setHeader('Access-Control-Allow-Headers', 'Accept, Authorization, Content-Type, Origin')
  answerJson(response, 200, undefined)
}

async function answer(
  run: () => Promise<unknown>,
  response: ServerResponse,
  log: Log,
): Promise<void> {
  try {
    answerJson(response, 200, await run())
  } catch (error) {
    if (error instanceof Refusal) answerJson(response, error.status, error.body)
    else if (error instanceof ZstoneError) {
      if (error.status === 429) response.setHeader('Retry-After', '1')
      answerJson(response, error.status, error.message)
    } else {
      log.error({ error: messageOf(error) }, 'Request failed')
      answerJson(response, 500, 'the store does not answer; try again')
    }
  }
}

const isOperators = (pathname: string) => ['/-/healthy', '/-/ready', '/-/reload'].includes(pathname)

async function answerOperator(
  pathname: string,
  { request, response }: Exchange,
  world: RestWorld,
): Promise<void> {
  const isReload = pathname === '/-/reload'
  const allowed = isReload ? ['POST'] : ['GET', 'HEAD']
  if (!allowed.includes(request.method ?? '')) {
    response.setHeader('Allow', allowed.join(', '))
    return sendText(response, 405, 'Method Not Allowed\n')
  }
  if (!isReload) {
    const isWell = pathname === '/-/healthy' || world.isReady()
    return sendText(response, isWell ? 200 : 503, isWell ? 'OK' : 'starting')
  }
  try {
    await world.reload()
    sendText(response, 200, '')
  } catch (error) {
    sendText(response, 500, `failed to reload config: ${messageOf(error)}\n`)
  }
}

const receiversOf = ({ receivers }: AlertConfig) => [...receivers.keys()].map((name) => ({ name }))
