/** Posts the notification as JSON (version "4"), or a payload of one's own, to any address. */
import type { Notification } from '#api/alert'
import {
  durationMs,
  type Fields,
  fields,
  type Place,
  refusal,
  text,
  truth,
  webUrl,
  wholeNumber,
} from '../config/reader.ts'
import { summaryOf } from '../delivery/notified.ts'
import { deliveryHeaders } from './delivery-headers.ts'
import { attempt, outcomeOf, readHttp } from './http-client.ts'
import type { Message, NotifierKind } from './notifier.ts'
import { type Secret, secretOf } from './secret.ts'
import { filledTree, type Tree, tree } from './tree.ts'

const keys = {
  known: ['send_resolved', 'url', 'url_file', 'max_alerts', 'timeout', 'http_config', 'payload'],
}

/** `timeout` can shorten an attempt, and lengthen it this far. */
const limits = { timeoutMsDefault: 10_000, timeoutMs: 60_000 }

export const webhook: NotifierKind = {
  name: 'webhook',
  key: 'webhook_configs',
  sendsResolvedByDefault: true,
  read(at, global) {
    const own = fields(at, keys)
    const url = readUrl(own, at)
    const http = readHttp(own, global)
    const maxAlerts = own.optional('max_alerts', wholeNumber) ?? 0
    const timeoutMs = own.optional('timeout', durationMs) || limits.timeoutMsDefault
    const payload = own.optional('payload', tree)
    return {
      sendResolved: own.optional('send_resolved', truth) ?? webhook.sendsResolvedByDefault,
      secrets: [...url.places, ...http.secrets],
      open(world) {
        const client = http.open(world)
        return {
          timeoutMs: Math.min(timeoutMs, limits.timeoutMs),
          send: (message, signal) =>
            attempt(async () => {
              const address = message.render.text(await url.read())
              const body = JSON.stringify(bodyOf(message, payload, maxAlerts))
              const headers = {
                'Content-Type': 'application/json',
                ...deliveryHeaders(message.notification),
                traceparent: message.traceparent,
              }
              return outcomeOf(await client.send({ url: address, headers, body }, signal))
            }),
        }
      },
    }
  },
}

function bodyOf({ notification, render }: Message, payload: Tree | undefined, maxAlerts: number) {
  return payload === undefined
    ? truncated(notification, maxAlerts)
    : filledTree(payload, render.text)
}

/** The first `most` alerts; 0 is all of them. */
export function truncated(notification: Notification, most: number): Notification {
  const { alerts } = notification
  if (most === 0 || alerts.length <= most) return notification
  const listed = summaryOf(alerts.slice(0, most))
  return { ...notification, ...listed, truncatedAlerts: alerts.length - most }
}

/** An address may hold a token anywhere, so it is masked whole. */
function readUrl(own: Fields, at: Place): Secret {
  own.optional('url', (place) => text(place).includes('{{') || webUrl(place))
  const url = secretOf(own, at, 'url')
  if (url === undefined) throw refusal(at, 'one of url or url_file must be configured')
  return url
}
