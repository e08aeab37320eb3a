/**
 * The address for people and scripts. It opens first, and says "starting" until all stands behind
 * it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { StatusReport } from '#api/status'
import { messageOf } from '#lib/errors'
import { sendText } from '#lib/http/message'
import { statusPage } from '#ui'
import { exact, type Handler, ownMetrics, serve } from './serve.ts'
import type { World } from './world.ts'

export interface Front {
  readonly url: string
  /** What is served once everything has started. */
  open(behind: Behind): void
}

export interface Behind {
  readonly clusterName: string
  readonly statusReport: () => Promise<StatusReport>
  /** Mails, objects. */
  readonly handlers: readonly Handler[]
  /** `/v1`. */
  readonly api: (request: IncomingMessage, response: ServerResponse) => void
}

const pageSecurity =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; " +
  "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export async function openFront(
  address: string,
  world: World,
  stack: AsyncDisposableStack,
): Promise<Front> {
  const handlers: Handler[] = [exact('/-/healthy', ok), ownMetrics(world.metrics), starting]
  const server = await serve(
    { name: 'zstone', address, flag: '--web.listen-address', handlers, log: world.log },
    stack,
  )
  return {
    url: server.url,
    open(behind) {
      handlers.splice(-1, 1, exact('/-/ready', ok), page(behind), ...behind.handlers, api(behind))
    },
  }
}

const ok = (_: IncomingMessage, response: ServerResponse) => sendText(response, 200, 'OK\n')

const starting: Handler = (_, response) => {
  response.setHeader('Retry-After', '1')
  sendText(response, 503, 'zstone is starting\n')
  return true
}

function page({ clusterName, statusReport }: Behind): Handler {
  return exact('/', (_, response) => {
    statusReport()
      .then((report) => {
        response.setHeader('Content-Security-Policy', pageSecurity)
        response.setHeader('Cache-Control', 'no-store')
        response.setHeader('Content-Type', 'text/html; charset=utf-8')
        response.end(statusPage(clusterName, report))
      })
      .catch((error) => sendText(response, 500, `Cannot show the status: ${messageOf(error)}\n`))
  })
}

function api({ api: answer }: Behind): Handler {
  return (request, response) => {
    if (!/^\/v1(\/|$|\?)/.test(request.url ?? '')) return false
    answer(request, response)
    return true
  }
}
