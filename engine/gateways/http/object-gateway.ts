/** Objects over HTTP: `/v1/pools/<pool>/objects/<key…>`, and the list of keys above it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fault } from '#api/errors'
import { messageOf, ZstoneError } from '#lib/errors'
import { problemOf, readBody, sendJson } from '#lib/http/message'
import type { Log } from '#lib/log'
import type { Metrics } from '#lib/metrics'
import type { Tracer } from '#lib/trace'
import { type Engine, type ObjectInfo, objectLimits } from '../../engine.ts'

export interface ObjectGatewayOptions {
  readonly engine: Pick<Engine, 'put' | 'get' | 'head' | 'delete' | 'list'>
  /** Whether the request may do what it asks. */
  readonly authorize: (request: IncomingMessage) => boolean
  readonly log: Log
  readonly metrics: Metrics
  readonly tracer: Tracer
  readonly limits?: {
    /** Of one body; default 64 MiB. */
    readonly bodyBytes?: number
    /** Of all bodies that arrive at once; more are answered 429. Default 256 MiB. */
    readonly bodiesBytes?: number
  }
}

export interface ObjectGateway {
  /** Answers the request if its path is one of objects; false: it is not, nothing was done. */
  handle(request: IncomingMessage, response: ServerResponse): boolean
}

export function createObjectGateway(options: ObjectGatewayOptions): ObjectGateway {
  const { authorize, log, metrics, tracer } = options
  const requests = metrics.counter(
    'zstone_engine_gateway_requests_total',
    'Requests for objects by answer.',
    ['method', 'status'],
  )
  const admitBody = bodyGate(options.limits)
  const answer = async (call: Call) => {
    if (!authorize(call.request))
      throw fault('TOKEN_WRONG', { found: 'the request carries no valid token' })
    const run = handlerOf(call)
    const { traceparent } = call.request.headers
    if (typeof traceparent !== 'string') return run(options, call, admitBody)
    const attributes = { pool: call.pool, key: call.key, method: call.method }
    return tracer.span('object request', { parent: traceparent, attributes }, () =>
      run(options, call, admitBody),
    )
  }
  return {
    handle(request, response) {
      // Not `new URL`: it would fold `..` and `//`, which are ordinary in a key.
      const [path = '', query = ''] = split(request.url ?? '', '?')
      const [, pool, , key] = /^\/v1\/pools\/([^/]+)\/objects(\/(.*))?$/s.exec(path) ?? []
      if (pool === undefined) return false
      const method = request.method ?? ''
      const asked = new URLSearchParams(query)
      const run = async () => {
        const names = { pool: decoded(pool), key: decoded(key ?? '') }
        await answer({ request, response, method, path, asked, ...names })
      }
      run()
        .catch((error: unknown) => refuse(response, error, log))
        .finally(() => requests.inc({ method, status: String(response.statusCode) }))
      return true
    },
  }
}

interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  readonly path: string
  readonly asked: URLSearchParams
  readonly pool: string
  /** Empty: the list. */
  readonly key: string
}

type Handler = (options: ObjectGatewayOptions, call: Call, admit: BodyGate) => Promise<void>

function handlerOf({ method, path, key }: Call): Handler {
  const found =
    key === '' ? { GET: list }[method] : { GET: get, HEAD: get, PUT: put, DELETE: remove }[method]
  if (found === undefined) throw fault('ROUTE_UNKNOWN', { method, path })
  return found
}

const put: Handler = async ({ engine }, call, admit) => {
  const { request, response, pool, key, method, path } = call
  if (request.headers['if-match'] ?? request.headers['if-none-match']) {
    const reason = 'conditions on writes are not known; leave If-Match and If-None-Match out'
    throw fault('OBJECT_REQUEST_INVALID', { method, path, reason })
  }
  const info = await admit(call, (body) => engine.put(pool, key, body))
  response.writeHead(201, { ETag: `"${info.etag}"` }).end()
}

/** GET and HEAD differ in the body alone. */
const get: Handler = async ({ engine }, { request, response, pool, key, method }) => {
  const info = await engine.head(pool, key)
  if (info === undefined) throw fault('OBJECT_UNKNOWN', { pool, key })
  if (isKnown(request, info)) {
    response.writeHead(304, { ETag: `"${info.etag}"` }).end()
    return
  }
  if (method === 'HEAD') {
    response.writeHead(200, headersOf(info)).end()
    return
  }
  const stored = await engine.get(pool, key)
  if (stored === undefined) throw fault('OBJECT_UNKNOWN', { pool, key })
  response.writeHead(200, headersOf(stored)).end(stored.bytes)
}

const remove: Handler = async ({ engine }, { response, pool, key }) => {
  if (!(await engine.delete(pool, key))) throw fault('OBJECT_UNKNOWN', { pool, key })
  response.writeHead(204).end()
}

const list: Handler = async ({ engine }, { response, pool, asked, path, method }) => {
  const limit = Number(asked.get('limit') ?? 1000)
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    const reason = `limit is "${asked.get('limit')}", expected a whole number from 1 to 1000`
    throw fault('OBJECT_REQUEST_INVALID', { method, path, reason })
  }
  const prefix = asked.get('prefix') ?? undefined
  const after = asked.get('after') ?? undefined
  const { objects, next } = await engine.list(pool, { prefix, after, limit })
  sendJson(response, 200, { objects: objects.map(described), next })
}

function described({ key, sizeBytes, etag, writtenAtMs }: ObjectInfo) {
  return { key, sizeBytes, etag, writtenAt: new Date(writtenAtMs).toISOString() }
}

function headersOf({ etag, sizeBytes, writtenAtMs }: ObjectInfo) {
  return {
    ETag: `"${etag}"`,
    'Content-Type': 'application/octet-stream',
    'Content-Length': sizeBytes,
    'Last-Modified': new Date(writtenAtMs).toUTCString(),
  }
}

function isKnown({ headers }: IncomingMessage, { etag }: ObjectInfo): boolean {
  const known = headers['if-none-match']
  if (known === undefined) return false
  return known.split(',').some((each) => ['*', `"${etag}"`, `W/"${etag}"`].includes(each.trim()))
}

type BodyGate = <T>(call: Call, run: (body: Buffer) => Promise<T>) => Promise<T>

/** Keeps the bodies that are in memory at once within a bound. */
function bodyGate({
  bodyBytes = objectLimits.sizeBytesMax,
  bodiesBytes = 256 * 1024 * 1024,
}: NonNullable<ObjectGatewayOptions['limits']> = {}): BodyGate {
  let heldBytes = 0
  return async ({ request, pool, key }, run) => {
    const declared = Number(request.headers['content-length'] ?? bodyBytes)
    if (declared > bodyBytes) {
      const details = { pool, key, sizeBytes: declared, sizeBytesMax: bodyBytes }
      throw fault('OBJECT_TOO_LARGE', details)
    }
    if (heldBytes > 0 && heldBytes + declared > bodiesBytes) {
      const details = { operation: 'put', key, pool, waitingBytes: heldBytes }
      throw fault('ENGINE_BUSY', details)
    }
    heldBytes += declared
    try {
      return await run(await readBody(request, bodyBytes))
    } finally {
      heldBytes -= declared
    }
  }
}

function refuse(response: ServerResponse, error: unknown, log: Log): void {
  if (response.headersSent || response.destroyed) return
  const { status, body } = problemOf(error)
  if (!(error instanceof ZstoneError))
    log.error({ error: messageOf(error) }, 'Request for an object failed')
  if (error instanceof ZstoneError && error.retry) response.setHeader('Retry-After', '1')
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer')
  // A body that was not read would be taken for the next request.
  if (!response.req.complete) response.setHeader('Connection', 'close')
  sendJson(response, status, body)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw fault('OBJECT_KEY_INVALID', { reason: `"${text}" is not percent-encoded UTF-8` })
  }
}

function split(text: string, at: string): [string, string?] {
  const position = text.indexOf(at)
  return position < 0 ? [text] : [text.slice(0, position), text.slice(position + 1)]
}
