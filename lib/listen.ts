/** Takes an address for a server, or says in one clear line why it cannot be had. */
import type { AddressInfo, Server } from 'node:net'
import { faultsOf } from './errors.ts'

const listenFault = faultsOf({
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
  /**
   * `host:port`, `:port` for every interface, port 0 takes a free one; `fd:3` is a socket that
   * listens already and was inherited under that number.
   */
  readonly address: string
  /** The flag that changes the address, for the error. */
  readonly flag: string
}

export interface Taken {
  /** `host:port` at which a client on this machine reaches the server. */
  readonly address: string
  readonly port: number
}

export async function listen(server: Server, options: ListenOptions): Promise<Taken> {
  const target = parseAddress(options)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explained(error, options)))
    server.listen(target, resolve)
  })
  const bound = server.address() as AddressInfo | string // Listening: never null.
  if (typeof bound === 'string') return { address: bound, port: 0 }
  const taken = bound.port
  const host = 'fd' in target ? bound.address : target.host
  const near =
    host === undefined || host === '0.0.0.0' || host === '::' ? '127.0.0.1' : bracketed(host)
  return { address: `${near}:${taken}`, port: taken }
}

type Target = { readonly host?: string; readonly port: number } | { readonly fd: number }

function parseAddress(options: ListenOptions): Target {
  const [, fd] = /^fd:(\d+)$/.exec(options.address) ?? []
  if (fd !== undefined) return { fd: Number(fd) }
  const [, host, port] = /^(?:\[?([^\]]*?)\]?)?:(\d{1,5})$/.exec(options.address) ?? []
  if (port === undefined || Number(port) > 65_535) {
    const reason = 'expected host:port'
    throw listenFault('ADDRESS_INVALID', { ...options, reason })
  }
  return host === undefined || host === '' ? { port: Number(port) } : { host, port: Number(port) }
}

function explained(error: NodeJS.ErrnoException, options: ListenOptions) {
  return error.code === 'EADDRINUSE'
    ? listenFault('ADDRESS_IN_USE', { ...options })
    : listenFault('ADDRESS_INVALID', { ...options, reason: error.message })
}

const bracketed = (host: string) => (host.includes(':') ? `[${host}]` : host)
