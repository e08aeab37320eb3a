/** Reads `global:`: what receivers and alerts fall back to. */
import { type HttpSettings, httpDefaults, readHttpSettings } from '../notifiers/http-config.ts'
import {
  durationMs,
  type Fields,
  fields,
  noFields,
  type Place,
  plainText,
  refusal,
  text,
  truth,
} from './reader.ts'

export interface GlobalKeys {
  readonly plain?: readonly string[]
  /** Each has a twin that ends in `_file`, and at most one of the two is given. */
  readonly secret?: readonly string[]
}

export interface GlobalConfig {
  /** How long an alert lives whose client names no end. */
  readonly resolveTimeoutMs: number
  readonly smtp: SmtpDefaults
  /** What notifiers speak HTTP with that have no `http_config` of their own. */
  readonly http: HttpSettings
  /** What the notifiers declare for themselves. */
  readonly own: Fields
  readonly at: Place | undefined
  readonly secrets: readonly Place[]
}

export interface SmtpDefaults {
  readonly from?: string | undefined
  readonly smarthost?: string | undefined
  readonly hello: string
  readonly authUsername?: string | undefined
  readonly authPassword?: string | undefined
  readonly authPasswordFile?: string | undefined
  readonly requireTls: boolean
}

export const globalDefaults: GlobalConfig = {
  resolveTimeoutMs: 5 * 60_000,
  smtp: { hello: 'localhost', requireTls: true },
  http: httpDefaults,
  own: noFields,
  at: undefined,
  secrets: [],
}

const keys = {
  known: [
    'http_config',
    'resolve_timeout',
    'smtp_from',
    'smtp_smarthost',
    'smtp_hello',
    'smtp_auth_username',
    'smtp_auth_password',
    'smtp_auth_password_file',
    'smtp_require_tls',
  ],
  later: [
    'smtp_auth_identity',
    'smtp_auth_secret',
    'smtp_auth_secret_file',
    'smtp_tls_config',
    'smtp_force_implicit_tls',
  ],
}

/** `more`: what the notifiers declare. */
export function readGlobal(at: Place, more: readonly GlobalKeys[]): GlobalConfig {
  const secretNames = more.flatMap(({ secret = [] }) => secret)
  const files = secretNames.map((name) => `${name}_file`)
  const plain = more.flatMap((declared) => declared.plain ?? [])
  const known = [...keys.known, ...plain, ...secretNames, ...files]
  const own = fields(at, { known, later: keys.later })
  const secrets: Place[] = secretNames.flatMap((name) => own.optional(name, (place) => place) ?? [])
  for (const name of secretNames)
    if (own.optional(name, Boolean) && own.optional(`${name}_file`, Boolean))
      throw refusal(at, `at most one of ${name} & ${name}_file must be configured`)
  const secret = (place: Place) => {
    secrets.push(place)
    return text(place)
  }
  const smtp: SmtpDefaults = {
    from: own.optional('smtp_from', plainText),
    smarthost: own.optional('smtp_smarthost', hostPort),
    hello: own.optional('smtp_hello', text) ?? globalDefaults.smtp.hello,
    authUsername: own.optional('smtp_auth_username', text),
    authPassword: own.optional('smtp_auth_password', secret),
    authPasswordFile: own.optional('smtp_auth_password_file', text),
    requireTls: own.optional('smtp_require_tls', truth) ?? globalDefaults.smtp.requireTls,
  }
  if (smtp.authPassword !== undefined && smtp.authPasswordFile !== undefined)
    throw refusal(
      at,
      'at most one of smtp_auth_password & smtp_auth_password_file must be configured',
    )
  const http = own.optional('http_config', readHttpSettings) ?? httpDefaults
  secrets.push(...http.secrets)
  return {
    resolveTimeoutMs:
      own.optional('resolve_timeout', durationMs) ?? globalDefaults.resolveTimeoutMs,
    smtp,
    http,
    own,
    at,
    secrets,
  }
}

/** `mail.example.org:587`. */
export function hostPort(at: Place): string {
  const given = text(at)
  if (!/^\[?[^\s]*\]?:\d{1,5}$/.test(given))
    throw refusal(at, `address ${given}: missing port in address`)
  return given
}
