/** Puts handlers behind one address; the first that says "mine" answers. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { messageOf } from '#lib/errors'
import { sendJson, sendText } from '#lib/http/message'
import { type HttpServer, type ListenOptions, openHttp } from '#lib/http/server'
import type { Log } from '#lib/log'
import type { Metrics } from '#lib/metrics'

/** False: the request is for somebody else, and nothing of it was touched. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => boolean

export interface ServeOptions extends ListenOptions {
  readonly handlers: readonly Handler[]
  readonly log: Log
}

export async function serve(
  options: ServeOptions,
  stack: AsyncDisposableStack,
): Promise<HttpServer> {
  const { handlers, log, name } = options
  const answer: RequestListener = (request, response) => {
    try {
      if (!handlers.some((handle) => handle(request, response))) notFound(request, response)
    } catch (error) {
      log.error({ server: name, url: request.url, error: messageOf(error) }, 'Request failed')
      if (!response.headersSent) sendJson(response, 500, { status: 500, code: 'INTERNAL' })
    }
  }
  const server = await openHttp(options, answer)
  stack.defer(() => server.close())
  return server
}

/** The process's own metrics at /metrics. */
export function ownMetrics(metrics: Metrics): Handler {
  return exact('/metrics', (_, response) => {
    metrics.registry
      .metrics()
      .then((text) =>
        response.writeHead(200, { 'Content-Type': metrics.registry.contentType }).end(text),
      )
      .catch((error) => sendText(response, 500, messageOf(error)))
  })
}

/** A handler for GET and HEAD of one path. */
export function exact(
  path: string,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Handler {
  return (request, response) => {
    const isMine = request.url?.split('?')[0] === path
    if (!isMine || !['GET', 'HEAD'].includes(request.method ?? '')) return false
    answer(request, response)
    return true
  }
}

function notFound(request: IncomingMessage, response: ServerResponse): void {
  sendText(response, 404, `Cannot find ${request.method} ${request.url}\n`)
}
