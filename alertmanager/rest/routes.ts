/** Which request goes where. Everything of API v2, and the endpoints for operators. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { availableParallelism } from 'node:os'
import type { AckStore } from '../acks/ack-store.ts'
import { deleteAck, getAcks, postAcks } from '../acks/requests.ts'
import type { Intake } from '../arrival/intake.ts'
import type { Finding } from '../config/finding.ts'
import { matcherModeOf } from '../config/matchers.ts'
import type { Courier } from '../delivery/courier.ts'
import { getExplain } from '../explain/get-explain.ts'
import { getHistory } from '../history/get-history.ts'
import type { AlertmanagerSettings } from '../settings.ts'
import type { World } from '../world.ts'
import { getAlerts, getGroups } from './alerts.ts'
import { answerJson, answerText, type Handler } from './answer.ts'
import { answer, type Exchange } from './answering.ts'
import { matchersIn, receiverLabels } from './filters.ts'
import { createHttpMeter, type HttpMeter } from './http-metrics.ts'
import { createJudge, type JudgedWorld } from './judged-alerts.ts'
import { createNameLimit } from './name-limit.ts'
import { answerOperator, isRemoved, type OperatorsWorld, removed } from './operators.ts'
import { postAlerts } from './post-alerts.ts'
import { previewTemplate } from './preview.ts'
import { deleteSilence, getSilence, getSilences, postSilence } from './silences.ts'
import { type StatusWorld, statusOf } from './status.ts'
import { getLint, testReceiver } from './trying.ts'

export interface RestWorld extends World, JudgedWorld, StatusWorld, OperatorsWorld {
  readonly intake: Intake
  readonly acks: AckStore
  readonly refresh: () => Promise<void>
  readonly courier: Pick<Courier, 'notifierOf'>
  readonly findings: () => readonly Finding[]
  readonly settings: Partial<AlertmanagerSettings>
}

/** True: the request was this part's, and is answered. */
export type Handle = (request: IncomingMessage, response: ServerResponse) => boolean

type Method = 'GET' | 'POST' | 'DELETE'

export function createRest(world: RestWorld): Handle {
  const paths = apiOf(world)
  const meter = createHttpMeter(world)
  const limited = createGetLimit(world.settings.webGetConcurrency ?? 0, meter)
  const timeoutMs = world.settings.webTimeout ?? 0
  const api = (exchange: Exchange, { pathname, searchParams: query }: URL) => {
    const found = findPath(paths, pathname)
    meter.follow(exchange, found === undefined ? 'other' : found.path)
    const handler = handlerOf(found?.methods, pathname, exchange)
    if (found === undefined || handler === undefined) return
    const call = { request: exchange.request, query, argument: found.argument }
    const run = () => answer(() => handler(call), exchange, { ...world, timeoutMs })
    if (exchange.request.method === 'GET') limited(exchange.response, run)
    else void run()
  }
  return (request, response) => {
    const exchange = { request, response }
    const url = new URL(request.url ?? '/', 'http://host')
    const { pathname } = url
    if (answerOperator(pathname, exchange, world)) meter.follow(exchange, pathname)
    else if (isRemoved(pathname)) answerJson(response, 410, removed)
    else if (pathname.startsWith('/api/v2/') || findPath(paths, pathname) !== undefined)
      api(exchange, url)
    else return false
    return true
  }
}

/** Undefined: there is none, and that has been answered. */
function handlerOf(
  methods: Methods | undefined,
  pathname: string,
  { request, response }: Exchange,
): Handler | undefined {
  if (methods === undefined) {
    answerJson(response, 404, { code: 404, message: `path ${pathname} was not found` })
    return undefined
  }
  if (request.method === 'OPTIONS' && isPreflight(request)) {
    allow(request, response, methods)
    return undefined
  }
  const handler = methods[request.method as Method] // Any other finds no handler.
  if (handler === undefined) refuseMethod(request, response, methods)
  return handler
}

/** Reading everything is dear; posts are never turned away for it. */
function createGetLimit(most: number, meter: HttpMeter) {
  const limit = most > 0 ? most : Math.max(availableParallelism(), 8)
  let running = 0
  return (response: ServerResponse, run: () => Promise<void>) => {
    if (running >= limit) {
      meter.turnedAway()
      const text = `Limit of concurrent GET requests reached (${limit}), try again later.\n`
      return answerText(response, 503, text)
    }
    running++
    void run().finally(() => running--)
  }
}

type Methods = Readonly<Partial<Record<Method, Handler>>>

function apiOf(world: RestWorld): Readonly<Record<string, Methods>> {
  const { settings } = world
  const mode = matcherModeOf(settings.enableFeature ?? [])
  const reading = { judge: createJudge(world), mode }
  const nameLimit = createNameLimit(settings.alertsPerNameMax ?? 0, world)
  const silenceLimits = {
    most: settings.silencesMax ?? 0,
    sizeBytesMost: settings.silenceSizeBytesMax ?? 0,
    isLogged: settings.silencesLogged ?? false,
  }
  const silences = { ...world, mode, silenceLimits }
  const acking = { ...world, mode }
  return {
    '/api/v2/alerts': {
      GET: getAlerts(reading),
      POST: postAlerts({ ...world, mode, nameLimit }),
    },
    '/api/v2/alerts/groups': { GET: getGroups(reading) },
    '/api/v2/silences': { GET: getSilences(silences), POST: postSilence(silences) },
    '/api/v2/silence/': { GET: getSilence(silences), DELETE: deleteSilence(silences) },
    '/api/v1/acks': { GET: getAcks(acking), POST: postAcks(acking) },
    '/api/v1/acks/': { DELETE: deleteAck(acking) },
    '/api/v1/receivers/*/test': { POST: testReceiver({ ...world, ...world.courier }) },
    '/api/v1/templates/preview': { POST: previewTemplate({ ...world, mode }) },
    '/api/v1/lint': { GET: getLint(world) },
    '/api/v2/receivers': {
      GET: async ({ query }) => {
        const wanted = matchersIn(query, mode, 'receiver_matchers')
        return [...world.config().receivers.values()]
          .map((receiver) => ({
            labels: receiverLabels(receiver, receiver.name),
            name: receiver.name,
          }))
          .filter(({ labels }) => wanted.every((matcher) => matcher.matches(labels)))
      },
    },
    '/api/v1/explain': { GET: getExplain({ ...world, mode }) },
    '/api/v1/history': { GET: getHistory({ ...world, mode }) },
    '/api/v2/status': { GET: async () => statusOf(world, world.config().shown) },
  }
}

/** A path that ends in a slash takes one argument there; one slash too many harms nobody. */
function findPath(paths: ReturnType<typeof apiOf>, pathname: string) {
  const bare = pathname.replace(/\/$/, '')
  const exact = paths[bare]
  if (exact !== undefined) return { path: bare, methods: exact, argument: '' }
  const [, head = '', argument = '', verb] = /^(.*?\/)([^/]+)(\/test)?$/.exec(bare) ?? []
  const path = verb === undefined ? head : `${head}*${verb}`
  const methods = paths[path]
  return methods === undefined ? undefined : { path, methods, argument: decoded(argument) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function refuseMethod(request: IncomingMessage, response: ServerResponse, methods: Methods): void {
  const allowed = Object.keys(methods).join(',')
  response.setHeader('Allow', allowed)
  const message = `method ${request.method} is not allowed, but [${allowed}] are`
  answerJson(response, 405, { code: 405, message })
}

const isPreflight = ({ headers }: IncomingMessage) =>
  headers.origin !== undefined && headers['access-control-request-method'] !== undefined

function allow(request: IncomingMessage, response: ServerResponse, methods: Methods): void {
  const wanted = request.headers['access-control-request-headers']
  response.writeHead(204, {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': Object.keys(methods).join(', '),
    ...(wanted !== undefined && { 'Access-Control-Allow-Headers': wanted }),
    Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
  })
  response.end()
}
