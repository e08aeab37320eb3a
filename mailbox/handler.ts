/** The HTTP side: pages and JSON under `/mail`, for reading only. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { messageOf, ZstoneError } from '#lib/errors'
import { problemOf, sendJson, sendText } from '#lib/http/message'
import type { Log } from '#lib/log'
import { contentOf, type MailSummary } from './mail.ts'
import { listPage, mailPage } from './pages.ts'
import type { Store } from './store.ts'

export interface HandlerWorld {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly smtpAddress: () => string
}

interface Exchange {
  readonly world: HandlerWorld
  readonly url: URL
  readonly response: ServerResponse
}

const mailsAPage = 100
const mailsAnAnswer = { usual: 100, most: 1000 }

/** Returns whether the path is the mailbox's; if so the answer is on its way. */
export function createHandler(world: HandlerWorld) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const path = request.url?.split('?')[0] ?? '/'
    if (path !== '/mail' && !path.startsWith('/mail/')) return false
    request.resume()
    serve(world, request, response).catch((error) => {
      if (!(error instanceof ZstoneError))
        world.log.error({ error: messageOf(error), url: request.url }, 'Request not answered')
      sendFault(response, { error, asJson: path.startsWith('/mail/api/') })
    })
    return true
  }
}

async function serve(
  world: HandlerWorld,
  { method = 'GET', url: target = '/' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(`http://mailbox${target}`)
  const path = url.pathname
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('Cache-Control', 'no-store')
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD')
    throw fault('METHOD_NOT_ALLOWED', { method, path, allowed: 'GET and HEAD' })
  }
  const exchange = { world, url, response }
  if (path === '/mail' || path === '/mail/') return serveList(exchange)
  if (path === '/mail/api/messages') return serveJson(exchange)
  const [, id = '', what = ''] = /^\/mail\/([^/]+?)(\.eml|\/html)?$/.exec(path) ?? []
  const mail = world.store.find(id)
  if (mail === undefined) throw fault('MAIL_UNKNOWN', { id })
  await views[what]?.(exchange, mail)
}

/** What one mail is shown as, by the end of the path. */
const views: Readonly<Record<string, (to: Exchange, mail: MailSummary) => Promise<void>>> = {
  async ''({ world, response }, mail) {
    const content = await contentOf(await world.store.read(mail.id))
    sendPage(response, mailPage(mail, content))
  },
  async '.eml'({ world, response }, mail) {
    const bytes = await world.store.read(mail.id)
    response.writeHead(200, {
      'Content-Type': 'message/rfc822',
      'Content-Disposition': `attachment; filename="${mail.id}.eml"`,
      'Content-Length': bytes.length,
    })
    response.end(bytes)
  },
  async '/html'({ world, response }, mail) {
    const { html } = await contentOf(await world.store.read(mail.id))
    response.setHeader('Content-Security-Policy', foreignPolicy)
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html ?? '')
  },
}

function serveList({ world, url, response }: Exchange): void {
  const mails = world.store.list()
  const pageCount = Math.max(1, Math.ceil(mails.length / mailsAPage))
  const page = Math.min(wholeOf(url, 'page') ?? 1, pageCount)
  const shown = mails.slice((page - 1) * mailsAPage, page * mailsAPage)
  const smtpAddress = world.smtpAddress()
  const atMs = world.clock.nowMs()
  const total = mails.length
  sendPage(response, listPage({ mails: shown, total, page, pageCount, smtpAddress, atMs }))
}

/** `?limit=`, and `?offset=` for those further back. */
function serveJson({ world, url, response }: Exchange): void {
  const mails = world.store.list()
  const limit = Math.min(wholeOf(url, 'limit') ?? mailsAnAnswer.usual, mailsAnAnswer.most)
  const offset = wholeOf(url, 'offset') ?? 0
  sendJson(response, 200, { total: mails.length, messages: mails.slice(offset, offset + limit) })
}

/** A whole number above zero; anything else counts as not given. */
function wholeOf(url: URL, name: string): number | undefined {
  const given = url.searchParams.get(name) ?? ''
  return /^[1-9]\d{0,8}$/.test(given) ? Number(given) : undefined
}

const ownPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** For markup from outside: no script, no form, no origin, nothing fetched from anywhere. */
const foreignPolicy = [
  'sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

function sendPage(response: ServerResponse, page: string): void {
  response.setHeader('Content-Security-Policy', ownPolicy)
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page)
}

function sendFault(
  response: ServerResponse,
  { error, asJson }: { error: unknown; asJson: boolean },
): void {
  const { status, body } = problemOf(error)
  if (asJson) sendJson(response, status, body)
  else sendText(response, status, error instanceof ZstoneError ? error.message : 'Internal error')
}
