/** Until when the certificates that a server shows are good. */
import { X509Certificate } from 'node:crypto'
import type { Metrics } from '../metrics.ts'

/** Tells of the whole chain: a client refuses it once the first of them has expired. */
export function createExpiryGauge(metrics: Metrics, server: string): (pem: string) => void {
  const expires = metrics.gauge(
    'zstone_http_certificate_expires_timestamp_seconds',
    'When the first certificate of the chain that the server shows expires.',
    ['server'],
  )
  return (pem) => {
    const chain = pem.match(/-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs) ?? []
    const ends = chain.map((one) => new X509Certificate(one).validToDate.getTime() / 1000)
    if (ends.length > 0) expires.set({ server }, Math.min(...ends))
  }
}
