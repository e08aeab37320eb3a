/** Connections: kept alive, bounded, over TLS as configured, through a proxy where one stands. */
import { Buffer } from 'node:buffer'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import type { FetchDispatcher } from './http-fetch.ts'
import type { Environment, ProxySettings } from './http-proxy.ts'
import type { Way } from './http-way.ts'
import type { TlsOptions } from './tls-config.ts'

/** As many as one receiver has attempts at once. */
const bounds = { connections: 256, maxOrigins: 256 }

/** Gives what a request to `url` goes over. Certificates that changed on disk make new ones. */
export function createDispatchers({ proxy, tls }: Way, environment: Environment) {
  let look = ''
  let open = new Map<string, Dispatcher>()
  return async (url: URL): Promise<FetchDispatcher> => {
    const options = await tls.read()
    const lookNow = JSON.stringify(options)
    if (look !== lookNow) {
      for (const dispatcher of open.values()) dispatcher.close().catch(() => {})
      look = lookNow
      open = new Map()
    }
    const through = proxy.proxyFor(url, environment)
    const name = through?.href ?? ''
    const dispatcher = open.get(name) ?? create(options, { through, proxy })
    open.set(name, dispatcher)
    return dispatcher as unknown as FetchDispatcher // The types of Node name an older release.
  }
}

interface Through {
  readonly through: URL | undefined
  readonly proxy: ProxySettings
}

function create(tls: TlsOptions, { through, proxy }: Through): Dispatcher {
  if (through === undefined) return new Agent({ ...bounds, connect: { ...tls } })
  const { username, password } = through
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const bare = new URL(through)
  bare.username = ''
  bare.password = ''
  return new ProxyAgent({
    ...bounds,
    uri: through.protocol === 'socks5:' ? through.href : bare.href,
    ...(username !== '' &&
      through.protocol !== 'socks5:' && {
        token: `Basic ${Buffer.from(pair).toString('base64')}`,
      }),
    headers: { ...proxy.connectHeaders },
    requestTls: { ...tls },
    proxyTls: { ...tls, servername: bare.hostname },
    // Plain http is handed to the proxy as it is, https goes through a tunnel: as Go does it.
    proxyTunnel: false,
  })
}
