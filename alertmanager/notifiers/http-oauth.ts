/** Reads `oauth2`: a token for the client's own credentials, bought at another address. */
import { fields, list, type Place, refusal, text, textMap, webUrl } from '../config/reader.ts'
import { either } from './http-login.ts'
import { placesOf, readWay, type Way, wayKeys } from './http-way.ts'
import type { Secret } from './secret.ts'

export interface OAuthSettings {
  readonly places: readonly Place[]
  readonly clientId: string
  readonly clientSecret: Secret | undefined
  readonly tokenUrl: string
  readonly scopes: readonly string[]
  readonly endpointParams: ReadonlyMap<string, string>
  readonly way: Way
}

const keys = {
  known: [
    ...wayKeys,
    'client_id',
    'client_secret',
    'client_secret_file',
    'scopes',
    'token_url',
    'endpoint_params',
  ],
}

export function readOAuth(at: Place): OAuthSettings {
  const own = fields(at, keys)
  const clientId = own.optional('client_id', text) ?? ''
  if (clientId === '') throw refusal(at, 'oauth2 client_id must be configured')
  const tokenUrl = own.optional('token_url', webUrl) ?? ''
  if (tokenUrl === '') throw refusal(at, 'oauth2 token_url must be configured')
  const clientSecret = either(own, at, { section: 'oauth2', name: 'client_secret' })
  const way = readWay(own, at)
  return {
    places: [...(clientSecret?.places ?? []), ...placesOf(way)],
    clientId,
    clientSecret,
    tokenUrl,
    scopes: own.optional('scopes', list(text)) ?? [],
    endpointParams: own.optional('endpoint_params', textMap) ?? new Map(),
    way,
  }
}
