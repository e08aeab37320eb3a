/**
 * The web configuration file of the Prometheus servers (exporter-toolkit's format): TLS, client
 * certificates, headers, a limit of requests, and users with passwords hashed by bcrypt.
 */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { parseDurationMs, parseGoDurationMs } from '../duration.ts'
import { faultsOf, messageOf } from '../errors.ts'
import type { Reading } from '../fresh.ts'
import { complaintsOf } from '../schema.ts'
import { cipherNames, curves, http2Ciphers, tlsVersions } from './tls-names.ts'

export const webConfigFault = faultsOf({
  WEB_CONFIG_INVALID: {
    status: 500,
    retry: false,
    message: 'Cannot use web configuration file {path}: {reason}',
  },
})

const clientAuthTypes = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const

export type ClientAuth = (typeof clientAuthTypes)[number]

/** The older name of one of them is still taken. */
const clientAuth = z
  .enum([...clientAuthTypes, 'RequireClientCert', ''])
  .transform((given): ClientAuth => {
    if (given === 'RequireClientCert') return 'RequireAnyClientCert'
    return given === '' ? 'NoClientCert' : given
  })

const enumOf = <const T extends string>(names: readonly T[]) => z.enum(names)
// The tables are constants: they have the keys that their types say.
const keysOf = <T extends object>(table: T) => Object.keys(table) as (keyof T & string)[]

const tlsSchema = z.strictObject({
  cert: z.string().default(''),
  key: z.string().default(''),
  client_ca: z.string().default(''),
  cert_file: z.string().default(''),
  key_file: z.string().default(''),
  client_ca_file: z.string().default(''),
  client_auth_type: clientAuth.default('NoClientCert'),
  client_allowed_sans: z.array(z.string()).optional(),
  cipher_suites: z.array(enumOf(cipherNames)).default([]),
  curve_preferences: z.array(enumOf(keysOf(curves))).default([]),
  min_version: enumOf(keysOf(tlsVersions)).default('TLS12'),
  max_version: enumOf(keysOf(tlsVersions)).default('TLS13'),
  prefer_server_cipher_suites: z.boolean().default(true),
})

export type TlsConfig = z.infer<typeof tlsSchema>

const headersSchema = z.strictObject({
  'Strict-Transport-Security': z.string().optional(),
  'X-Content-Type-Options': z.enum(['nosniff']).optional(),
  'X-Frame-Options': z.enum(['deny', 'sameorigin']).optional(),
  'X-XSS-Protection': z.string().optional(),
  'Content-Security-Policy': z.string().optional(),
})

const interval = z.union([z.string(), z.literal(0)]).transform((given, context) => {
  const ms = parseDurationMs(String(given)) ?? parseGoDurationMs(String(given))
  if (ms === undefined) context.addIssue(`expected a duration such as 10ms, found "${given}"`)
  return ms ?? 0
})

/** `$2a$`, `$2b$` or `$2y$`, the cost, 22 letters of salt and 31 of hash. */
const bcryptHash = /^\$2[aby]?\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/

const fileSchema = z.strictObject({
  tls_server_config: tlsSchema.prefault({}),
  http_server_config: z
    .strictObject({ http2: z.boolean().default(true), headers: headersSchema.default({}) })
    .prefault({}),
  rate_limit: z
    .strictObject({ interval: interval.default(0), burst: z.int().min(0).default(0) })
    .prefault({}),
  basic_auth_users: z
    .record(z.string().min(1), z.string().regex(bcryptHash, 'expected a bcrypt hash'))
    .default({}),
})

export interface WebConfig {
  /** Undefined: plain HTTP. */
  readonly tls: TlsConfig | undefined
  readonly http2: boolean
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** A request each `intervalMs`, and `burst` at once; 0: as many as come. */
  readonly rateLimit: { readonly intervalMs: number; readonly burst: number }
  /** bcrypt hashes by user; nobody is asked where it is empty. */
  readonly users: ReadonlyMap<string, string>
}

export const openConfig: WebConfig = {
  tls: undefined,
  http2: false,
  headers: [],
  rateLimit: { intervalMs: 0, burst: 0 },
  users: new Map(),
}

export function readWebConfig(path: string): Reading<WebConfig> {
  const refuse = (reason: string) => webConfigFault('WEB_CONFIG_INVALID', { path, reason })
  let tree: unknown
  try {
    tree = parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw refuse(messageOf(error).split('\n')[0] ?? '')
  }
  const read = fileSchema.safeParse(tree ?? {})
  if (!read.success) throw refuse(complaintsOf(read.error))
  const { tls_server_config: tls, http_server_config: http, rate_limit: rate } = read.data
  const isOn = usesTls(tls)
  const complaint = isOn ? complaintOf(tls, http.http2) : undefined
  if (complaint !== undefined) throw refuse(complaint)
  const placed = isOn ? besideFile(tls, path) : undefined
  const headers = Object.entries(http.headers).flatMap(([name, value = '']) =>
    value === '' ? [] : [[name, value] as const],
  )
  const value: WebConfig = {
    tls: placed,
    http2: http.http2,
    headers,
    rateLimit: { intervalMs: rate.interval, burst: rate.burst },
    users: new Map(Object.entries(read.data.basic_auth_users)),
  }
  const { cert_file = '', key_file = '', client_ca_file = '' } = placed ?? {}
  const named = [cert_file, key_file, client_ca_file].filter((file) => file !== '')
  return { value, files: [path, ...named] }
}

function usesTls(tls: TlsConfig): boolean {
  const { cert, cert_file, key, key_file, client_ca, client_ca_file, client_auth_type } = tls
  const named = [cert, cert_file, key, key_file, client_ca, client_ca_file]
  return named.some((text) => text !== '') || client_auth_type !== 'NoClientCert'
}

function complaintOf(tls: TlsConfig, http2: boolean): string | undefined {
  const { client_auth_type: auth, cipher_suites: ciphers } = tls
  const hasClientCa = tls.client_ca !== '' || tls.client_ca_file !== ''
  const mustShow = auth === 'RequireAnyClientCert' || auth === 'RequireAndVerifyClientCert'
  const complaints: readonly (readonly [isWrong: boolean, text: string])[] = [
    [tls.cert === '' && tls.cert_file === '', 'tls_server_config: cert or cert_file is missing'],
    [tls.key === '' && tls.key_file === '', 'tls_server_config: key or key_file is missing'],
    [hasClientCa && auth === 'NoClientCert', 'client_ca needs a client_auth_type'],
    [
      tls.client_allowed_sans !== undefined && !mustShow,
      'client_allowed_sans needs client_auth_type RequireAnyClientCert or RequireAndVerifyClientCert',
    ],
    [tls.min_version > tls.max_version, 'min_version is above max_version'],
    [
      http2 &&
        tls.min_version !== 'TLS13' &&
        ciphers.some((name) => name.includes('_WITH_')) &&
        !ciphers.some((name) => http2Ciphers.has(name)),
      'cipher_suites hold none of AES_128_GCM_SHA256 that http2 needs; add one or set http2: false',
    ],
  ]
  return complaints.find(([isWrong]) => isWrong)?.[1]
}

/** Names of files are relative to the file that names them. */
function besideFile(tls: TlsConfig, path: string): TlsConfig {
  const place = (file: string) => (file === '' ? '' : resolve(dirname(path), file))
  return {
    ...tls,
    cert_file: place(tls.cert_file),
    key_file: place(tls.key_file),
    client_ca_file: place(tls.client_ca_file),
  }
}
