/** Reads `tls_config`: whom we trust, and who we are. Files are read at each attempt. */
import { createSecureContext, type SecureVersion } from 'node:tls'
import { messageOf } from '#lib/errors'
import { fields, type Place, refusal, text, truth } from '../config/reader.ts'
import { secretOf } from './secret.ts'

export interface TlsSettings {
  readonly places: readonly Place[]
  read(): Promise<TlsOptions>
}

/** As Node's `tls.connect` takes it. */
export interface TlsOptions {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly servername?: string
  readonly rejectUnauthorized?: boolean
  readonly minVersion?: SecureVersion
  readonly maxVersion?: SecureVersion
}

export const tlsDefaults: TlsSettings = { places: [], read: async () => ({}) }

const keys = {
  known: [
    'ca',
    'ca_file',
    'cert',
    'cert_file',
    'key',
    'key_file',
    'server_name',
    'insecure_skip_verify',
    'min_version',
    'max_version',
  ],
}

export function readTls(at: Place): TlsSettings {
  const own = fields(at, keys)
  const ca = secretOf(own, at, 'ca')
  const cert = secretOf(own, at, 'cert')
  const key = secretOf(own, at, 'key')
  if (cert !== undefined && key === undefined)
    throw refusal(
      at,
      'exactly one of key or key_file must be configured when a client certificate is configured',
    )
  if (key !== undefined && cert === undefined)
    throw refusal(
      at,
      'exactly one of cert or cert_file must be configured when a client key is configured',
    )
  const servername = own.optional('server_name', text)
  const skipsVerify = own.optional('insecure_skip_verify', truth) ?? false
  const minVersion = own.optional('min_version', version)
  const maxVersion = own.optional('max_version', version)
  if (minVersion !== undefined && maxVersion !== undefined && maxVersion < minVersion)
    throw refusal(
      at,
      'tls_config.max_version must be greater than or equal to tls_config.min_version if both are specified',
    )
  let checked = ''
  return {
    places: key?.places ?? [],
    async read() {
      const options: TlsOptions = {
        ...(ca && { ca: await ca.read() }),
        ...(cert && { cert: await cert.read() }),
        ...(key && { key: await key.read() }),
        ...(servername && { servername }),
        ...(skipsVerify && { rejectUnauthorized: false }),
        ...(minVersion && { minVersion }),
        ...(maxVersion && { maxVersion }),
      }
      const look = JSON.stringify(options)
      if (look !== checked) refuseUnusable(options)
      checked = look
      return options
    },
  }
}

function refuseUnusable(options: TlsOptions): void {
  try {
    createSecureContext(options)
  } catch (error) {
    throw new Error(`Cannot use tls_config: ${messageOf(error)}`)
  }
}

const versions: Readonly<Record<string, SecureVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
}

function version(at: Place): SecureVersion {
  const given = text(at)
  const known = versions[given]
  if (known === undefined) throw refusal(at, `unknown TLS version: ${given}`)
  return known
}
