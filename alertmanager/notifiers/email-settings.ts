/** Reads `email_configs`, and what they fall back to in `global`. */
import type { GlobalConfig, GlobalKeys } from '../config/global.ts'
import { type Fields, fields, type Place, refusal, text, textMap, truth } from '../config/reader.ts'
import { type Secret, secretOf } from './secret.ts'
import { readTls, type TlsSettings, tlsDefaults } from './tls-config.ts'

export interface EmailSettings {
  readonly sendResolved: boolean | undefined
  /** Templates, all of these. */
  readonly to: string
  readonly from: string
  /** By name in small letters. */
  readonly headers: ReadonlyMap<string, string>
  /** Undefined: ours. */
  readonly html: string | undefined
  readonly text: string | undefined
  readonly threading: Threading
  readonly server: ServerSettings
  readonly secrets: readonly Place[]
}

/** Which mails are one conversation: those of a group, for ever or on one day. */
export type Threading = 'none' | 'group' | 'group and day'

export interface ServerSettings {
  readonly host: string
  readonly port: number
  readonly hello: string
  readonly user: string
  readonly identity: string
  readonly password: Secret | undefined
  readonly secret: Secret | undefined
  readonly requireTls: boolean
  /** TLS from the first byte. */
  readonly isImplicitTls: boolean
  readonly tls: TlsSettings
}

const keys = {
  known: [
    'send_resolved',
    'to',
    'from',
    'smarthost',
    'hello',
    'auth_username',
    'auth_password',
    'auth_password_file',
    'auth_identity',
    'auth_secret',
    'auth_secret_file',
    'require_tls',
    'tls_config',
    'force_implicit_tls',
    'headers',
    'html',
    'text',
    'threading',
  ],
}

export const emailGlobals: GlobalKeys = {
  plain: [
    'smtp_from',
    'smtp_smarthost',
    'smtp_hello',
    'smtp_auth_username',
    'smtp_auth_identity',
    'smtp_require_tls',
    'smtp_tls_config',
    'smtp_force_implicit_tls',
  ],
  secret: ['smtp_auth_password', 'smtp_auth_secret'],
  check(own) {
    own.optional('smtp_smarthost', hostPort)
    own.optional('smtp_require_tls', truth)
    own.optional('smtp_force_implicit_tls', truth)
    return own.optional('smtp_tls_config', readTls)?.places ?? []
  },
}

export function readEmail(at: Place, global: GlobalConfig): EmailSettings {
  const own = fields(at, keys)
  const to = own.optional('to', text) ?? ''
  if (to === '') throw refusal(at, 'missing to address in email config')
  const from = own.optional('from', text) ?? global.own.optional('smtp_from', text) ?? ''
  if (from === '') throw refusal(at, 'no global SMTP from set')
  const server = readServer(own, at, global)
  return {
    sendResolved: own.optional('send_resolved', truth),
    to,
    from,
    headers: own.optional('headers', readHeaders) ?? new Map(),
    html: own.optional('html', text),
    text: own.optional('text', text),
    threading: own.optional('threading', readThreading) ?? 'group',
    server,
    secrets: ['auth_password', 'auth_secret']
      .flatMap((name) => secretOf(own, at, name)?.places ?? [])
      .concat(own.optional('tls_config', readTls)?.places ?? []),
  }
}

function readServer(own: Fields, at: Place, global: GlobalConfig): ServerSettings {
  const either = <T>(name: string, read: (place: Place) => T) =>
    own.optional(name, read) ?? global.own.optional(`smtp_${name}`, read)
  const secret = (name: string) =>
    secretOf(own, at, name) ?? (global.at && secretOf(global.own, global.at, `smtp_${name}`))
  const smarthost = either('smarthost', hostPort)
  if (smarthost === undefined) throw refusal(at, 'no global SMTP smarthost set')
  return {
    ...smarthost,
    hello: either('hello', text) || 'localhost',
    user: either('auth_username', text) ?? '',
    identity: either('auth_identity', text) ?? '',
    password: secret('auth_password'),
    secret: secret('auth_secret'),
    requireTls: either('require_tls', truth) ?? true,
    isImplicitTls: either('force_implicit_tls', truth) ?? smarthost.port === 465,
    tls: either('tls_config', readTls) ?? tlsDefaults,
  }
}

/** `mail.example.org:587`, or with the name of a service for the port. */
function hostPort(at: Place): { readonly host: string; readonly port: number } {
  const given = text(at)
  const [, bracketed, bare = '', service = ''] =
    /^(?:\[([^\]\s]*)\]|([^:\s]*)):([a-z\d]+)$/.exec(given) ?? []
  if (service === '') throw refusal(at, `address ${given}: missing port in address`)
  const port = services.get(service) ?? Number(service)
  if (!(port <= 65_535)) throw refusal(at, `address ${given}: unknown port ${service}`)
  return { host: (bracketed ?? bare) || 'localhost', port }
}

const services = new Map([
  ['smtp', 25],
  ['smtps', 465],
  ['submission', 587],
  ['submissions', 465],
])

function readHeaders(at: Place): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const [name, value] of textMap(at)) {
    const usual = name.toLowerCase()
    if (headers.has(usual)) throw refusal(at, `duplicate header "${name}" in email config`)
    headers.set(usual, value)
  }
  return headers
}

function readThreading(at: Place): Threading {
  const own = fields(at, { known: ['enabled', 'thread_by_date'] })
  const by = own.optional('thread_by_date', text) ?? 'daily'
  if (by !== 'daily' && by !== 'none')
    throw refusal(at, `thread_by_date must be daily or none, not "${by}"`)
  if (own.optional('enabled', truth) !== true) return 'none'
  return by === 'daily' ? 'group and day' : 'group'
}
