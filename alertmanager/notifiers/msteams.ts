/** Microsoft Teams by an Office 365 connector: a message card. */
import { fields } from '../config/reader.ts'
import { chat, chatKeys, secretUrl } from './chat.ts'
import type { NotifierKind } from './notifier.ts'
import { fitted, judged, titleBytesMost } from './teams.ts'
import { readTemplates, withoutEmpty } from './template-options.ts'

const defaults = {
  title: '{{ template "msteams.default.title" . }}',
  summary: '{{ template "msteams.default.summary" . }}',
  text: '{{ template "msteams.default.text" . }}',
}

const keys = { known: [...chatKeys, 'webhook_url', 'webhook_url_file', ...Object.keys(defaults)] }

const missing = 'one of webhook_url or webhook_url_file must be configured'

const colors = { firing: '8C1A1A', resolved: '2DC72D' }

export const msteams: NotifierKind = {
  name: 'msteams',
  key: 'msteams_configs',
  sendsResolvedByDefault: true,
  read(at, global) {
    const own = fields(at, keys)
    const entry = { kind: msteams, own, at, global }
    const url = secretUrl(entry, 'webhook_url', missing)
    const texts = readTemplates(own, defaults)
    return chat(entry, {
      secrets: url.places,
      async compose(page) {
        const cardOf = (text: string) => ({
          '@context': 'https://schema.org/extensions',
          '@type': 'MessageCard',
          ...withoutEmpty({
            title: page.text(texts.title, { field: 'title', bytes: titleBytesMost }),
            summary: page.text(texts.summary, { field: 'summary', bytes: titleBytesMost }),
            text,
            themeColor: colors[page.message.notification.status],
          }),
        })
        return { url: await page.read(url), body: fitted(page, page.text(texts.text), cardOf) }
      },
      deliver: async (line, call) => judged(await line.post(call)),
    })
  },
}
