/** Webex: Markdown into a room; the bot's token stands in `http_config.authorization`. */
import { fields, holds, refusal, text } from '../config/reader.ts'
import { addressOf, chat, chatKeys } from './chat.ts'
import { outcomeOf } from './http-client.ts'
import type { NotifierKind } from './notifier.ts'

const keys = { known: [...chatKeys, 'api_url', 'room_id', 'message'] }

const bytesMost = 7439

const messageDefault = '{{ template "webex.default.message" . }}'

export const webex: NotifierKind = {
  name: 'webex',
  key: 'webex_configs',
  sendsResolvedByDefault: true,
  globals: { plain: ['webex_api_url'] },
  read(at, global) {
    const own = fields(at, keys)
    const entry = { kind: webex, own, at, global }
    const room = own.optional('room_id', text) ?? ''
    if (room === '') throw refusal(at, 'missing room_id on webex_config')
    if (own.optional('http_config', (http) => holds(http, 'authorization')) !== true)
      throw refusal(at, 'missing webex_configs.http_config.authorization')
    const url = addressOf(entry, 'webex_api_url', 'https://webexapis.com/v1/messages')
    const template = own.optional('message', text) ?? messageDefault
    return chat(entry, {
      secrets: [],
      async compose(page) {
        const markdown = page.text(template, { field: 'message', bytes: bytesMost })
        return { url, body: { roomId: page.text(room), markdown } }
      },
      deliver: async (line, call) => outcomeOf(await line.post(call)),
    })
  },
}
