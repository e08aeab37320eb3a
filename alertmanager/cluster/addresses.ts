/** Addresses of instances, as `--cluster.*` writes them. */
import { networkInterfaces } from 'node:os'
import { fault } from '#api/errors'

export interface HostPort {
  readonly host: string
  readonly port: number
}

export function parseHostPort(address: string): HostPort {
  const [, host, port] = /^\[?([^\]]*?)\]?:(\d{1,5})$/.exec(address) ?? []
  if (host === undefined || Number(port) > 65_535)
    throw fault('CLUSTER_ADDRESS_INVALID', { address })
  return { host, port: Number(port) }
}

export const isLoopback = (host: string) =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)

const isAnyInterface = (host: string) => ['', '0.0.0.0', '::'].includes(host)

/** What others are told: the advertised address, else the one listened on, else a private one. */
export function toldAddress(
  { host, port }: HostPort,
  { advertised, mayBePublic }: { readonly advertised?: string; readonly mayBePublic: boolean },
): string {
  if (advertised !== undefined && advertised !== '') return advertised
  return joined({ host: isAnyInterface(host) ? ownHost(mayBePublic) : host, port })
}

function ownHost(mayBePublic: boolean): string {
  const hosts = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
  return hosts.find(isPrivate) ?? (mayBePublic ? hosts[0] : undefined) ?? '127.0.0.1'
}

/** RFC 1918 and the space that carriers share. */
const isPrivate = (host: string) =>
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(host)

export const joined = ({ host, port }: HostPort) =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
