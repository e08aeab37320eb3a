/** An HTTP server on one address: opens with a clear error, closes without cutting answers off. */
import type { EventEmitter } from 'node:events'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type ListenOptions, listen } from '../listen.ts'
import { createServer } from './node-http.ts'

export type { ListenOptions }

export interface HttpServer {
  /** `http://host:port`, with the port that was really taken. */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

export async function openHttp(
  options: ListenOptions,
  handler: RequestListener,
): Promise<HttpServer> {
  const server = createServer({ keepAliveTimeout: keepAliveMs }, handler)
  const { address, port } = await listen(server, options)
  return {
    url: `http://${address}`,
    port,
    close: () => closeGently(server),
  }
}

/** Longer than the proxies in front keep theirs, so that none writes into a closed connection. */
export const keepAliveMs = 65_000

/**
 * Lets answers end; connections that only wait are closed, and so are those that have had their
 * answer: a client that goes on asking would else keep the server open.
 */
export function closeGently(server: ClosableServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.keepAliveTimeout = 1
    server.prependListener('request', endAfterIt)
    server.closeIdleConnections?.()
    setImmediate(() => server.closeIdleConnections?.())
  })
}

/** HTTP/2 has no such header; its sessions are closed by whoever counts them. */
function endAfterIt({ httpVersionMajor }: IncomingMessage, response: ServerResponse): void {
  if (httpVersionMajor === 1) response.setHeader('Connection', 'close')
}

export interface ClosableServer extends EventEmitter {
  close(done: () => void): unknown
  closeIdleConnections?(): void
  /** How long a connection may wait for its next request. */
  keepAliveTimeout?: number
}
