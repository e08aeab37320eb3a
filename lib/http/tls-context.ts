/** A TLS configuration as Node's servers take it; reads the certificate and key that it names. */
import { readFileSync } from 'node:fs'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { messageOf } from '../errors.ts'
import { cipherList, curves, tlsVersions } from './tls-names.ts'
import { type TlsConfig, webConfigFault } from './web-config.ts'

/** Throws where a file cannot be read, or certificate and key do not belong together. */
export function readTlsContext(tls: TlsConfig, path: string): SecureContextOptions {
  const read = (file: string, inline: string) => (file === '' ? inline : readFileSync(file, 'utf8'))
  try {
    const hasClientCa = tls.client_ca !== '' || tls.client_ca_file !== ''
    const ciphers = cipherList(tls.cipher_suites)
    const options: SecureContextOptions = {
      cert: read(tls.cert_file, tls.cert),
      key: read(tls.key_file, tls.key),
      minVersion: tlsVersions[tls.min_version],
      maxVersion: tlsVersions[tls.max_version],
      honorCipherOrder: tls.prefer_server_cipher_suites,
      ...(hasClientCa ? { ca: read(tls.client_ca_file, tls.client_ca) } : {}),
      ...(ciphers === undefined ? {} : { ciphers }),
      ...(tls.curve_preferences.length === 0
        ? {}
        : { ecdhCurve: tls.curve_preferences.map((name) => curves[name]).join(':') }),
    }
    createSecureContext(options)
    return options
  } catch (error) {
    throw webConfigFault('WEB_CONFIG_INVALID', {
      path,
      reason: `tls_server_config: ${messageOf(error)}`,
    })
  }
}
