/** Reads `global:`: what receivers and alerts fall back to. */
import { type HttpSettings, httpDefaults, readHttpSettings } from '../notifiers/http-config.ts'
import { durationMs, type Fields, fields, noFields, type Place, refusal, webUrl } from './reader.ts'

export interface GlobalKeys {
  readonly plain?: readonly string[]
  /** Each has a twin that ends in `_file`, and at most one of the two is given. */
  readonly secret?: readonly string[]
  /** Refuses what is wrong in them, whoever uses it, and gives what else is to be masked. */
  check?(own: Fields): readonly Place[]
}

export interface GlobalConfig {
  /** How long an alert lives whose client names no end. */
  readonly resolveTimeoutMs: number
  /** What notifiers speak HTTP with that have no `http_config` of their own. */
  readonly http: HttpSettings
  /** What the notifiers declare for themselves. */
  readonly own: Fields
  readonly at: Place | undefined
  readonly secrets: readonly Place[]
}

export const globalDefaults: GlobalConfig = {
  resolveTimeoutMs: 5 * 60_000,
  http: httpDefaults,
  own: noFields,
  at: undefined,
  secrets: [],
}

const ours = ['http_config', 'resolve_timeout']

const isUrl = (name: string) => name.endsWith('_url')

/** `more`: what the notifiers declare. */
export function readGlobal(at: Place, more: readonly GlobalKeys[]): GlobalConfig {
  const secretNames = more.flatMap(({ secret = [] }) => secret)
  const files = secretNames.map((name) => `${name}_file`)
  const plain = more.flatMap((declared) => declared.plain ?? [])
  const own = fields(at, { known: [...ours, ...plain, ...secretNames, ...files] })
  // Also where no receiver needs them.
  for (const name of [...plain, ...secretNames].filter(isUrl)) own.optional(name, webUrl)
  const secrets: Place[] = secretNames.flatMap((name) => own.optional(name, (place) => place) ?? [])
  for (const name of secretNames)
    if (own.optional(name, Boolean) && own.optional(`${name}_file`, Boolean))
      throw refusal(at, `at most one of ${name} & ${name}_file must be configured`)
  const http = own.optional('http_config', readHttpSettings) ?? httpDefaults
  secrets.push(...http.secrets, ...more.flatMap((declared) => declared.check?.(own) ?? []))
  return {
    resolveTimeoutMs:
      own.optional('resolve_timeout', durationMs) ?? globalDefaults.resolveTimeoutMs,
    http,
    own,
    at,
    secrets,
  }
}
