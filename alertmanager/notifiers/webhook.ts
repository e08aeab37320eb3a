/** Posts the notification as JSON (version "4") to any address. */
import { Buffer } from 'node:buffer'
import type { Notification } from '#api/alert'
import { messageOf } from '#lib/errors'
import {
  durationMs,
  type Fields,
  fields,
  type Place,
  plainText,
  refusal,
  text,
  truth,
  webUrl,
  wholeNumber,
} from '../config/reader.ts'
import { summaryOf } from '../delivery/notified.ts'
import type { NotifierKind } from './notifier.ts'
import { post } from './post.ts'
import { type Secret, secretOf } from './secret.ts'

const keys = {
  known: ['send_resolved', 'url', 'url_file', 'max_alerts', 'timeout', 'http_config'],
  later: ['payload'],
}

export const timeoutMsDefault = 10_000

export const webhook: NotifierKind = {
  name: 'webhook',
  key: 'webhook_configs',
  sendsResolvedByDefault: true,
  read(at) {
    const own = fields(at, keys)
    const url = readUrl(own, at)
    const authorization = own.optional('http_config', readAuthorization)
    const maxAlerts = own.optional('max_alerts', wholeNumber) ?? 0
    const timeoutMs = own.optional('timeout', durationMs) || timeoutMsDefault
    return {
      sendResolved: own.optional('send_resolved', truth) ?? webhook.sendsResolvedByDefault,
      secrets: [...url.places, ...(authorization?.places ?? [])],
      open: ({ fetch }) => ({
        timeoutMs,
        async send({ notification }, signal) {
          const headers: Record<string, string> = {}
          let address: string
          try {
            address = await url.read()
            if (authorization !== undefined) headers.Authorization = await authorization.read()
          } catch (error) {
            return { kind: 'failed', passing: false, reason: messageOf(error) }
          }
          const shown = truncated(notification, maxAlerts)
          return post(fetch, { url: address, headers, notification: shown }, signal)
        },
      }),
    }
  },
}

/** The first `most` alerts; 0 is all of them. */
export function truncated(notification: Notification, most: number): Notification {
  const { alerts } = notification
  if (most === 0 || alerts.length <= most) return notification
  const listed = summaryOf(alerts.slice(0, most))
  return { ...notification, ...listed, truncatedAlerts: alerts.length - most }
}

/** An address with a user, a password or a query may hold a token: it is masked whole. */
function readUrl(own: Fields, at: Place): Secret {
  const given = own.optional('url', (place) => {
    plainText(place)
    return { place, url: webUrl(place) }
  })
  const file = secretOf(own, at, 'url')
  if (file === undefined) throw refusal(at, 'one of url or url_file must be configured')
  if (given === undefined) return file
  const { username, password, search } = new URL(given.url)
  const tells = username !== '' || password !== '' || search !== ''
  return { places: tells ? [given.place] : [], read: file.read }
}

const httpKeys = {
  known: ['basic_auth', 'authorization'],
  later: [
    'bearer_token',
    'bearer_token_file',
    'enable_http2',
    'follow_redirects',
    'http_headers',
    'no_proxy',
    'oauth2',
    'proxy_connect_header',
    'proxy_from_environment',
    'proxy_url',
    'tls_config',
  ],
}

/** The whole value of the header `Authorization`. */
function readAuthorization(at: Place): Secret | undefined {
  const own = fields(at, httpKeys)
  const basic = own.optional('basic_auth', readBasic)
  const other = own.optional('authorization', readScheme)
  if (basic !== undefined && other !== undefined)
    throw refusal(at, 'at most one of basic_auth & authorization must be configured')
  return basic ?? other
}

function readBasic(at: Place): Secret {
  const own = fields(at, { known: ['username', 'password', 'password_file'] })
  const user = own.optional('username', text) ?? ''
  const password = secretOf(own, at, 'password')
  return {
    places: password?.places ?? [],
    async read() {
      const pair = `${user}:${(await password?.read()) ?? ''}`
      return `Basic ${Buffer.from(pair).toString('base64')}`
    },
  }
}

function readScheme(at: Place): Secret {
  const own = fields(at, { known: ['type', 'credentials', 'credentials_file'] })
  const scheme = own.optional('type', text) ?? 'Bearer'
  if (scheme.toLowerCase() === 'basic')
    throw refusal(at, 'authorization type cannot be set to "basic", use "basic_auth" instead')
  const credentials = secretOf(own, at, 'credentials')
  return {
    places: credentials?.places ?? [],
    read: async () => `${scheme} ${(await credentials?.read()) ?? ''}`,
  }
}
