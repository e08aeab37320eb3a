/** A webhook receiver as a user would write one: it drops repeats by their idempotency key. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { idempotencyHeader, type Notification } from '#api/alert'
import { readJson, sendJson, sendText } from '#lib/http/message'

export interface WebhookReceiver {
  handle(request: IncomingMessage, response: ServerResponse): void
  /** Each once, in the order of arrival. */
  notifications(): readonly Notification[]
  /** How many deliveries were repeats of one that had arrived. */
  repeats(): number
}

const bodyBytesMax = 16 * 1024 * 1024

export function createWebhookReceiver(): WebhookReceiver {
  const byKey = new Map<string, Notification>()
  let repeats = 0
  return {
    notifications: () => [...byKey.values()],
    repeats: () => repeats,
    handle(request, response) {
      readJson(request, bodyBytesMax)
        .then((body) => {
          const key = String(request.headers[idempotencyHeader.toLowerCase()])
          if (byKey.has(key)) repeats += 1
          else byKey.set(key, body as Notification) // The webhook's own format, version 4.
          sendJson(response, 200, {})
        })
        .catch((error) => sendText(response, 400, String(error)))
    },
  }
}
