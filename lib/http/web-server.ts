/**
 * An HTTP server as the Prometheus family runs it: several addresses, and a web configuration file
 * that turns on TLS, client certificates, passwords, headers and a limit of requests. The file and
 * all that it names are read again when they change; what decides between HTTP and HTTPS is not.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server as NetServer } from 'node:net'
import type { SecureContextOptions, TLSSocket, Server as TlsServer } from 'node:tls'
import type { Clock } from '../clock.ts'
import { messageOf, ZstoneError } from '../errors.ts'
import { type Fresh, openFresh, type Reading } from '../fresh.ts'
import { type ListenOptions, listen } from '../listen.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Caller } from './caller.ts'
import { createExpiryGauge } from './certificate-expiry.ts'
import { refusalOf } from './client-certificate.ts'
import { sendText } from './message.ts'
import { createServer } from './node-http.ts'
import { closeGently, type HttpServer, keepAliveMs } from './server.ts'
import { readTlsContext } from './tls-context.ts'
import { createWebAccess, type Verdict, type WebAccess } from './web-access.ts'
import { openConfig, readWebConfig, type WebConfig, webConfigFault } from './web-config.ts'

export type WebHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  caller: Caller,
) => void

export interface WebServerOptions extends Omit<ListenOptions, 'address'> {
  readonly addresses: readonly string[]
  /** The web configuration file; empty: plain HTTP for everybody. */
  readonly configFile: string
  /** Whether a request may go on without a password although others may not. */
  readonly admits?: (request: IncomingMessage) => boolean
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

export interface WebServer {
  /** One for each address, in their order. */
  readonly servers: readonly HttpServer[]
  /** Whether callers have to say who they are, by a password or a certificate. */
  readonly asksForNames: boolean
  close(): Promise<void>
}

export async function openWeb(options: WebServerOptions, handler: WebHandler): Promise<WebServer> {
  const { configFile, admits = () => false, clock, log, metrics, name } = options
  const file: Fresh<Loaded> =
    configFile === ''
      ? { current: () => ({ config: openConfig, context: undefined }) }
      : openFresh(loader(configFile, createExpiryGauge(metrics, name)), { clock, log })
  const { config } = file.current()
  const access = createWebAccess({ config: () => file.current().config, admits, clock })
  const answer = (request: IncomingMessage, response: ServerResponse) =>
    serve({ access, handler, log }, request, response)
  const servers: HttpServer[] = []
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()))
    await access.close()
  }
  try {
    for (const address of options.addresses) {
      const { server, close: closeOne } = createOne(file, answer, log)
      const taken = await listen(server, { ...options, address })
      const scheme = config.tls === undefined ? 'http' : 'https'
      servers.push({ url: `${scheme}://${taken.address}`, port: taken.port, close: closeOne })
    }
  } catch (error) {
    await close()
    throw error
  }
  const knowsCertificates =
    config.tls !== undefined && config.tls.client_auth_type !== 'NoClientCert'
  return { servers, asksForNames: config.users.size > 0 || knowsCertificates, close }
}

interface Loaded {
  readonly config: WebConfig
  /** Undefined: plain HTTP. */
  readonly context: SecureContextOptions | undefined
}

/** What a running server cannot change is refused after the first reading. */
function loader(path: string, tellExpiry: (pem: string) => void): () => Reading<Loaded> {
  let first: WebConfig | undefined
  return () => {
    const { value: config, files } = readWebConfig(path)
    first ??= config
    if (fixed(config) !== fixed(first)) {
      const reason = 'a change of TLS or not, http2, and client certificates or not needs a restart'
      throw webConfigFault('WEB_CONFIG_INVALID', { path, reason })
    }
    const context = config.tls === undefined ? undefined : readTlsContext(config.tls, path)
    if (context !== undefined) tellExpiry(String(context.cert))
    return { value: { config, context }, files }
  }
}

function fixed({ tls, http2 }: WebConfig): string {
  if (tls === undefined) return 'plain'
  return `${http2} ${tls.client_auth_type === 'NoClientCert'}`
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

interface One {
  readonly server: NetServer
  close(): Promise<void>
}

function createOne(file: Fresh<Loaded>, answer: Answer, log: Log): One {
  const { config, context } = file.current()
  if (config.tls === undefined || context === undefined) {
    const server = createServer({ keepAliveTimeout: keepAliveMs }, answer)
    return { server, close: () => closeGently(server) }
  }
  const options = {
    ...context,
    keepAliveTimeout: keepAliveMs,
    requestCert: config.tls.client_auth_type !== 'NoClientCert',
    rejectUnauthorized: false, // `refusalOf` judges, by what the file says at that time.
  }
  const one = config.http2 ? createHttp2(options, answer) : createHttp1(options, answer)
  keepFresh(one.server, file)
  judgeClients(one.server, file, log)
  return one
}

type TlsOne = One & { readonly server: TlsServer }

function createHttp1(options: SecureContextOptions, answer: Answer): TlsOne {
  const server = process.getBuiltinModule('node:https').createServer(options, answer)
  return { server, close: () => closeGently(server) }
}

function createHttp2(options: SecureContextOptions, answer: Answer): TlsOne {
  const { createSecureServer } = process.getBuiltinModule('node:http2')
  // Requests and answers of HTTP/2 in Node's compatible form have all that a handler uses.
  const server = createSecureServer({ ...options, allowHTTP1: true }, answer as () => void)
  const sessions = new Set<{ close(): void }>()
  let isClosing = false
  server.on('session', (session) => {
    if (isClosing) session.close()
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
  })
  return {
    server,
    close() {
      isClosing = true
      const closed = closeGently(server)
      for (const session of sessions) session.close()
      return closed
    },
  }
}

/** Looks before each handshake whether there is another certificate. */
function keepFresh(server: TlsServer, file: Fresh<Loaded>): void {
  let { context } = file.current()
  server.prependListener('connection', () => {
    const now = file.current().context
    if (now !== undefined && now !== context) server.setSecureContext(now)
    context = now
  })
}

function judgeClients(server: TlsServer, file: Fresh<Loaded>, log: Log): void {
  const told = (reason: string) => log.debug({ reason }, 'Connection not taken')
  server.on('tlsClientError', (error) => told(messageOf(error)))
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    const { tls } = file.current().config
    const refusal = tls === undefined ? undefined : refusalOf(socket, tls)
    if (refusal === undefined) return
    told(refusal)
    socket.destroy()
  })
}

interface Serving {
  readonly access: WebAccess
  readonly handler: WebHandler
  readonly log: Log
}

function serve({ access, handler, log }: Serving, ...exchange: Parameters<Answer>): void {
  const [request, response] = exchange
  const fail = (error: unknown) => {
    const isKnown = error instanceof ZstoneError
    if (!isKnown) log.error({ url: request.url, error: messageOf(error) }, 'Request failed')
    if (isKnown && error.retry) response.setHeader('Retry-After', '1')
    request.resume()
    if (!response.headersSent)
      sendText(
        response,
        isKnown ? error.status : 500,
        `${isKnown ? error.message : 'Internal error'}\n`,
      )
  }
  const proceed = (verdict: Verdict) => {
    if (typeof verdict === 'object') return handler(request, response, verdict)
    request.resume()
    if (verdict === 'too many') return sendText(response, 429, 'Too Many Requests\n')
    response.setHeader('WWW-Authenticate', 'Basic')
    sendText(response, 401, 'Unauthorized\n')
  }
  try {
    const verdict = access.judge(request, response)
    if (verdict instanceof Promise) verdict.then(proceed).catch(fail)
    else proceed(verdict)
  } catch (error) {
    fail(error)
  }
}
