/** The API as an express application: authorise, read, serve, and answer every error alike. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import express, { type Express, type Request, type Response } from 'express'
import { fault } from '#api/errors'
import { messageOf, ZstoneError } from '#lib/errors'
import { bodyFault, problemOf, readBody } from '#lib/http/message'
import { isToken } from '../identity/token.ts'
import type { Answer, ApiRequest, RestNeeds, Route } from './route.ts'
import { routesOf } from './routes.ts'

const bodyBytesMax = 1024 * 1024

export function createApp(needs: RestNeeds): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  const seconds = needs.metrics.histogram(
    'zstone_master_api_request_seconds',
    'Time of an answer.',
    {
      labels: ['route', 'status'],
    },
  )
  const routes = routesOf(needs.kinds)
  for (const route of routes)
    app[route.method](route.path, async (request, response) => {
      const startedMs = needs.clock.monotonicMs()
      try {
        await send(response, await answerTo({ route, request }, needs))
      } catch (error) {
        refuse(response, error, needs)
      }
      const labels = { route: route.name, status: String(response.statusCode) }
      seconds.observe(labels, (needs.clock.monotonicMs() - startedMs) / 1000)
    })
  for (const [path, group] of Map.groupBy(routes, (route) => route.path))
    app.all(path, (request, response) => refuse(response, wrongMethod(request, group), needs))
  app.use((request: Request, response: Response) => {
    const { method, path } = request
    refuse(response, fault('ROUTE_UNKNOWN', { method, path: path.slice(0, 200) }), needs)
  })
  // A path that express cannot decode arrives here.
  app.use((error: unknown, _: Request, response: Response, _next: express.NextFunction) =>
    refuse(response, badRequest(error), needs),
  )
  return app
}

async function answerTo(
  { route, request }: { route: Route; request: Request },
  needs: RestNeeds,
): Promise<Answer> {
  if (!route.isOpen) authorize(request, needs.token)
  const input = {
    path: request.params as Record<string, string>, // No route has a wildcard, so none is a list.
    query: queryOf(request),
    body: route.body === undefined ? undefined : await bodyOf(request),
    jobId: header(request, 'x-job-uuid'),
  }
  const parent = header(request, 'traceparent')
  if (route.method === 'get') return route.serve({ ...input, traceparent: parent ?? '' }, needs)
  return needs.tracer.span(`api ${route.name}`, { parent }, ({ traceparent }) =>
    route.serve({ ...input, traceparent }, needs),
  )
}

function authorize(request: IncomingMessage, token: string): void {
  const { authorization } = request.headers
  if (authorization === undefined) throw fault('TOKEN_WRONG', { found: 'the request has no token' })
  const [, given = ''] = /^Bearer +(\S+)$/i.exec(authorization) ?? []
  if (!isToken(given, token))
    throw fault('TOKEN_WRONG', { found: 'the token is not the right one' })
}

function queryOf(request: IncomingMessage): ApiRequest['query'] {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost')
  return new Map([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)]))
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request, bodyBytesMax)
  if (body.length === 0) return undefined
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw bodyFault('BODY_NOT_JSON', { reason: messageOf(error) })
  }
}

function header(request: IncomingMessage, name: string): string | undefined {
  const given = request.headers[name]
  return Array.isArray(given) ? given[0] : given
}

async function send(response: Response, { status, headers = {}, body }: Answer): Promise<void> {
  response.status(status).set(headers)
  response.set('X-Content-Type-Options', 'nosniff')
  if ('json' in body) response.json(body.json)
  else if ('text' in body) response.send(body.text)
  else
    await new Promise<void>((resolve, reject) =>
      response.sendFile(body.file, { cacheControl: false }, (error) =>
        error === undefined ? resolve() : reject(error),
      ),
    )
}

function refuse(response: Response & ServerResponse, error: unknown, { log }: RestNeeds): void {
  const { status, body } = problemOf(error)
  if (!(error instanceof ZstoneError)) log.error({ error: messageOf(error) }, 'Request failed')
  if (response.headersSent) return void response.destroy()
  response.setHeader('Content-Type', 'application/problem+json')
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer')
  // What is left of a refused body is not worth reading.
  if (status === 413) response.setHeader('Connection', 'close')
  response.status(status).end(JSON.stringify(body))
}

function wrongMethod({ method, path }: Request, group: readonly Route[]) {
  const allowed = group.map((route) => route.method.toUpperCase()).join(', ')
  return fault('METHOD_NOT_ALLOWED', { method, path: path.slice(0, 200), allowed })
}

function badRequest(error: unknown): unknown {
  const isDecoding = error instanceof URIError
  return isDecoding
    ? fault('BODY_INVALID', { what: 'read the path', reason: error.message })
    : error
}
