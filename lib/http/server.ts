/** An HTTP server on one address: opens with a clear error, closes without cutting answers off. */
import { createServer, type RequestListener } from 'node:http'
import { type ListenOptions, listen } from '../listen.ts'

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

/** Lets answers end; connections that only wait are closed. */
export function closeGently(server: ClosableServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections?.()
    setImmediate(() => server.closeIdleConnections?.())
  })
}

export interface ClosableServer {
  close(done: () => void): unknown
  closeIdleConnections?(): void
}
