/** Where people reach what listens at an address, as the Prometheus servers guess it. */
import { hostname } from 'node:os'

const everywhere = ['', '0.0.0.0', '::']

/** Undefined: nobody can tell from the address, because the port is chosen later. */
export function reachedAt(listenAddress: string, scheme = 'http'): string | undefined {
  const [, host = '', port = '0'] = /^(?!fd:)\[?([^\]]*?)\]?:(\d+)$/.exec(listenAddress) ?? []
  if (port === '0') return undefined
  const name = everywhere.includes(host) ? hostname() : host
  return `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`
}
