/** Reads `http_config`, which every notifier that speaks HTTP has, and `global` for all of them. */
import { fields, type Place, truth } from '../config/reader.ts'
import { type HeaderSettings, noHeaders, readHeaders } from './http-headers.ts'
import { type Login, loginKeys, readLogin } from './http-login.ts'
import { type OAuthSettings, readOAuth } from './http-oauth.ts'
import { placesOf, readWay, straight, type Way, wayKeys } from './http-way.ts'

export interface HttpSettings {
  readonly secrets: readonly Place[]
  readonly login: Login | undefined
  readonly oauth: OAuthSettings | undefined
  readonly way: Way
  readonly followsRedirects: boolean
  readonly headers: HeaderSettings
}

export const httpDefaults: HttpSettings = {
  secrets: [],
  login: undefined,
  oauth: undefined,
  way: straight,
  followsRedirects: true,
  headers: noHeaders,
}

const keys = {
  known: [...loginKeys, ...wayKeys, 'follow_redirects', 'enable_http2', 'http_headers'],
}

export function readHttpSettings(at: Place): HttpSettings {
  const own = fields(at, keys)
  own.optional('enable_http2', truth) // HTTP/1.1 is spoken either way.
  const login = readLogin(own, at)
  const oauth = own.optional('oauth2', readOAuth)
  const way = readWay(own, at)
  const headers = own.optional('http_headers', readHeaders) ?? noHeaders
  return {
    secrets: [
      ...(login?.places ?? []),
      ...(oauth?.places ?? []),
      ...placesOf(way),
      ...headers.places,
    ],
    login,
    oauth,
    way,
    followsRedirects: own.optional('follow_redirects', truth) ?? true,
    headers,
  }
}
