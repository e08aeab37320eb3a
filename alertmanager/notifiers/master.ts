/** Tells the platform's own master, which may start a repair; the trace goes along. */
import { idempotencyHeader } from '#api/alert'
import { fields, refusal, truth, webUrl } from '../config/reader.ts'
import { attempt, outcomeOf, readHttp } from './http-client.ts'
import type { NotifierKind } from './notifier.ts'
import { secretOf } from './secret.ts'

const keys = { known: ['send_resolved', 'url', 'credentials', 'credentials_file', 'http_config'] }

const timeoutMs = 10_000

export const master: NotifierKind = {
  name: 'master',
  key: 'master_configs',
  sendsResolvedByDefault: true,
  read(at, global) {
    const own = fields(at, keys)
    const url = own.required('url', webUrl)
    const token = secretOf(own, at, 'credentials')
    if (token === undefined)
      throw refusal(at, 'one of credentials or credentials_file must be configured')
    const http = readHttp(own, global)
    return {
      sendResolved: own.optional('send_resolved', truth) ?? master.sendsResolvedByDefault,
      secrets: [...token.places, ...http.secrets],
      open(world) {
        const client = http.open(world)
        return {
          timeoutMs,
          send: ({ notification, traceparent }, signal) =>
            attempt(async () => {
              const headers = {
                'Content-Type': 'application/json',
                Authorization: `Bearer ${await token.read()}`,
                [idempotencyHeader]: notification.idempotencyKey,
                traceparent,
              }
              const body = JSON.stringify(notification)
              return outcomeOf(await client.send({ url, headers, body }, signal))
            }),
        }
      },
    }
  },
}
