/** Posts the notification to an alert source of incident.io. */
import { Buffer } from 'node:buffer'
import type { Notification } from '#api/alert'
import {
  durationMs,
  type Fields,
  fields,
  type Place,
  refusal,
  truth,
  webUrl,
  wholeNumber,
} from '../config/reader.ts'
import { exchanged, patienceMs, type Verdict } from './exchange.ts'
import { readHttp } from './http-client.ts'
import { jsonPost, strings, told } from './json-exchange.ts'
import type { Message, NotifierKind } from './notifier.ts'
import { secretOf } from './secret.ts'
import { treeMap } from './tree.ts'
import { truncated } from './webhook.ts'

const keys = {
  known: [
    'send_resolved',
    'http_config',
    'url',
    'url_file',
    'alert_source_token',
    'alert_source_token_file',
    'max_alerts',
    'timeout',
  ],
}

/** What incident.io takes. */
const bodyBytesMax = 512 * 1024

export const incidentio: NotifierKind = {
  name: 'incidentio',
  key: 'incidentio_configs',
  sendsResolvedByDefault: true,
  read(at, global) {
    const own = fields(at, keys)
    const http = readHttp(own, global)
    own.optional('url', webUrl)
    const url = secretOf(own, at, 'url')
    if (url === undefined) throw refusal(at, 'one of url or url_file must be configured')
    const token = secretOf(own, at, 'alert_source_token')
    checkLogin(own, at, token !== undefined)
    const maxAlerts = own.optional('max_alerts', wholeNumber) ?? 0
    return {
      sendResolved: own.optional('send_resolved', truth) ?? incidentio.sendsResolvedByDefault,
      secrets: [...url.places, ...(token?.places ?? []), ...http.secrets],
      open(world) {
        const client = http.open(world)
        const prepare = async ({ notification }: Message) => {
          const bearer = await token?.read()
          const headers = bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }
          const body = fittingBody(truncated(notification, maxAlerts))
          const requests = [jsonPost(await url.read(), body, headers)]
          return { requests, secrets: bearer === undefined ? [] : [bearer] }
        }
        return {
          timeoutMs: own.optional('timeout', durationMs) || patienceMs,
          send: (message, signal) =>
            exchanged(client, { prepare, ...verdict }, { message, signal }),
        }
      },
    }
  },
}

/** The token is sent in the header that `http_config` could set as well. */
function checkLogin(own: Fields, at: Place, hasToken: boolean): void {
  const hasAuthorization =
    own.optional('http_config', (place) => 'authorization' in treeMap(place)) ?? false
  if (hasToken && hasAuthorization)
    throw refusal(
      at,
      'cannot specify alert_source_token or alert_source_token_file ' +
        'when using http_config.authorization',
    )
  if (!hasToken && !hasAuthorization)
    throw refusal(
      at,
      'at least one of alert_source_token, alert_source_token_file ' +
        'or http_config.authorization must be configured',
    )
}

/** The notification with as many of its alerts as fit; those left out are counted. */
export function fittingBody(notification: Notification): string {
  const whole = JSON.stringify(notification)
  if (Buffer.byteLength(whole) <= bodyBytesMax) return whole
  // The most that fit, found by halving: `few` do, `many` do not.
  let few = 0
  let many = notification.alerts.length
  while (many - few > 1) {
    const some = Math.floor((few + many) / 2)
    if (Buffer.byteLength(bodyOf(notification, some)) <= bodyBytesMax) few = some
    else many = some
  }
  return bodyOf(notification, Math.max(few, 1))
}

function bodyOf(notification: Notification, most: number): string {
  const left = notification.alerts.length - most
  const truncatedAlerts = notification.truncatedAlerts + left
  return JSON.stringify({ ...truncated(notification, most), truncatedAlerts })
}

const verdict: Verdict = {
  explain: (answer) =>
    told(answer, ({ message, errors }) => [...strings(message), ...strings(errors)]),
}
