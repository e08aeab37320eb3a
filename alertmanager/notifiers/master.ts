/** Tells the platform's own master, which may start a repair; the trace goes along. */
import { messageOf } from '#lib/errors'
import { fields, refusal, truth, webUrl } from '../config/reader.ts'
import type { NotifierKind } from './notifier.ts'
import { post } from './post.ts'
import { secretOf } from './secret.ts'
import { timeoutMsDefault } from './webhook.ts'

const keys = { known: ['send_resolved', 'url', 'credentials', 'credentials_file'] }

export const master: NotifierKind = {
  name: 'master',
  key: 'master_configs',
  sendsResolvedByDefault: true,
  read(at) {
    const own = fields(at, keys)
    const url = own.required('url', webUrl)
    const token = secretOf(own, at, 'credentials')
    if (token === undefined)
      throw refusal(at, 'one of credentials or credentials_file must be configured')
    return {
      sendResolved: own.optional('send_resolved', truth) ?? master.sendsResolvedByDefault,
      secrets: token.places,
      open: ({ fetch }) => ({
        timeoutMs: timeoutMsDefault,
        async send({ notification, traceparent }, signal) {
          let bearer: string
          try {
            bearer = await token.read()
          } catch (error) {
            return { kind: 'failed', passing: false, reason: messageOf(error) }
          }
          const headers = { Authorization: `Bearer ${bearer}`, traceparent }
          return post(fetch, { url, headers, notification }, signal)
        },
      }),
    }
  },
}
