/** How a far side is reached: through which proxy, and over which TLS. */
import type { Fields, Place } from '../config/reader.ts'
import { noProxy, type ProxySettings, proxyKeys, readProxy } from './http-proxy.ts'
import { readTls, type TlsSettings, tlsDefaults } from './tls-config.ts'

export interface Way {
  readonly proxy: ProxySettings
  readonly tls: TlsSettings
}

export const straight: Way = { proxy: noProxy, tls: tlsDefaults }

export const wayKeys = [...proxyKeys, 'tls_config'] as const

export const readWay = (own: Fields, at: Place): Way => ({
  proxy: readProxy(own, at),
  tls: own.optional('tls_config', readTls) ?? tlsDefaults,
})

export const placesOf = ({ proxy, tls }: Way): readonly Place[] => [...proxy.places, ...tls.places]
