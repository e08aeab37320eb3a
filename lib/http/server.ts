/** An HTTP server on one address: opens with a clear error, closes without cutting answers off. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { faultsOf } from '../errors.ts'

export interface HttpServer {
  /** `http://host:port`, with the port that was really taken. */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

export const listenFault = faultsOf({
  ADDRESS_IN_USE: {
    status: 500,
    retry: true,
    message: 'Cannot serve {name} on {address}: the port is in use; set another with {flag}',
  },
  ADDRESS_INVALID: {
    status: 500,
    retry: false,
    message: 'Cannot serve {name} on {address}: {reason}; set another with {flag}',
  },
})

export interface ListenOptions {
  /** What is served, for the error: `the pushgateway`. */
  readonly name: string
  /** `host:port`, `:port` for every interface; port 0 takes a free one. */
  readonly address: string
  /** The flag that changes the address, for the error. */
  readonly flag: string
}

export async function openHttp(
  options: ListenOptions,
  handler: RequestListener,
): Promise<HttpServer> {
  const { host, port } = parseAddress(options)
  const server = createServer({ keepAliveTimeout: 65_000 }, handler)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explained(error, options)))
    server.listen(port, host, resolve)
  })
  const taken = (server.address() as AddressInfo).port // Listening on TCP: never a path or null.
  return {
    url: `http://${host === undefined || host === '0.0.0.0' ? '127.0.0.1' : bracketed(host)}:${taken}`,
    port: taken,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
        setImmediate(() => server.closeIdleConnections())
      }),
  }
}

function parseAddress(options: ListenOptions): { host: string | undefined; port: number } {
  const [, host, port] = /^(?:\[?([^\]]*?)\]?)?:(\d{1,5})$/.exec(options.address) ?? []
  if (port === undefined || Number(port) > 65_535) {
    const reason = 'expected host:port'
    throw listenFault('ADDRESS_INVALID', { ...options, reason })
  }
  return { host: host || undefined, port: Number(port) }
}

function explained(error: NodeJS.ErrnoException, options: ListenOptions) {
  return error.code === 'EADDRINUSE'
    ? listenFault('ADDRESS_IN_USE', { ...options })
    : listenFault('ADDRESS_INVALID', { ...options, reason: error.code ?? error.message }, error)
}

const bracketed = (host: string) => (host.includes(':') ? `[${host}]` : host)
