/**
 * The way in of a program of its own. It is open before the store is: what needs the store waits
 * for it, the status only for a while. It also takes the prefix off the paths.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Clock, sleep } from '#lib/clock'
import { sendText } from '#lib/http/message'
import { answerJson } from './answer.ts'
import type { Handle } from './routes.ts'
import { type StatusWorld, statusOf } from './status.ts'

export interface Door {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void
  /** From now on requests are answered by the first of these that takes them. */
  open(handlers: readonly Handle[]): void
}

export interface DoorWorld extends StatusWorld {
  readonly clock: Clock
  /** The configuration as the status shows it. */
  readonly shownConfig: string
  /** What every path begins with: `/foo`, or nothing. */
  readonly prefix: string
  /** Answers what needs no store, before there is one. */
  readonly early?: Handle
  /** How long the status waits for the store; default: some seconds. */
  readonly statusWaitMs?: number
}

const limits = { waiting: 1000, waitMs: 30_000, statusWaitMs: 4000 }

export function createDoor(world: DoorWorld): Door {
  const { prefix, clock, early, statusWaitMs = limits.statusWaitMs } = world
  const opened = new AbortController()
  let handlers: readonly Handle[] = []
  let waiting = 0
  const pass = (request: IncomingMessage, response: ServerResponse) => {
    if (!handlers.some((handle) => handle(request, response))) notFound(response)
  }
  const wait = async (request: IncomingMessage, response: ServerResponse) => {
    const isStatus = request.url?.split('?')[0] === '/api/v2/status'
    if (waiting >= limits.waiting) return starting(response)
    waiting++
    await sleep(clock, isStatus ? statusWaitMs : limits.waitMs, opened.signal)
    waiting--
    if (opened.signal.aborted) pass(request, response)
    else if (isStatus) answerJson(response, 200, statusOf(world, world.shownConfig))
    else starting(response)
  }
  return {
    handle(request, response) {
      const inner = withoutPrefix(request.url ?? '/', prefix)
      if (inner === undefined) return outside(request, response, prefix)
      request.url = inner
      if (opened.signal.aborted) pass(request, response)
      else if (inner.startsWith('/-/healthy')) sendText(response, 200, 'OK')
      else if (inner.startsWith('/-/ready')) starting(response)
      else if (early?.(request, response) !== true) void wait(request, response)
    },
    open(given) {
      handlers = given
      opened.abort()
    },
  }
}

/** `/foo` of `http://host/foo/`; the flag says it where there is one. */
export function prefixOf(flag: string | undefined, externalUrl: string | undefined): string {
  const path = flag ?? (externalUrl === undefined ? '' : new URL(externalUrl).pathname)
  const bare = path.replace(/^\/+|\/+$/g, '')
  return bare === '' ? '' : `/${bare}`
}

function withoutPrefix(url: string, prefix: string): string | undefined {
  if (prefix === '') return url
  if (!url.startsWith(prefix)) return undefined
  const rest = url.slice(prefix.length)
  if (rest === '' || rest.startsWith('?')) return `/${rest}`
  return rest.startsWith('/') ? rest : undefined
}

function outside(request: IncomingMessage, response: ServerResponse, prefix: string): void {
  if (request.url?.split('?')[0] !== '/') notFound(response)
  else response.writeHead(302, { Location: `${prefix}/` }).end()
}

const notFound = (response: ServerResponse) => {
  response.setHeader('X-Content-Type-Options', 'nosniff')
  sendText(response, 404, '404 page not found\n')
}

function starting(response: ServerResponse): void {
  response.setHeader('Retry-After', '1')
  sendText(response, 503, 'starting\n')
}
