/** `host:port` as Go takes it apart. */
import { isIP } from 'node:net'

interface HostPort {
  readonly host: string
  readonly port: string
}

/** Undefined where it is no such pair. */
function split(text: string): HostPort | undefined {
  const [, inBrackets, plain, port = ''] =
    /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text) ?? []
  const host = inBrackets ?? plain
  return host === undefined ? undefined : { host, port }
}

export const stripPort = (text: string): string => split(text)?.host ?? text

/** The first word of a name; an address stays as it is. */
export function stripDomain(text: string): string {
  const { host, port } = split(text) ?? { host: text, port: '' }
  if (isIP(host) !== 0 && !host.includes('%')) return text
  const [first = ''] = host.split('.')
  if (port === '') return first
  return first.includes(':') ? `[${first}]:${port}` : `${first}:${port}`
}
