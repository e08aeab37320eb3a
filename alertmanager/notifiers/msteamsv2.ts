/** Microsoft Teams by a workflow: an adaptive card. */
import { fields } from '../config/reader.ts'
import { chat, chatKeys, secretUrl } from './chat.ts'
import type { NotifierKind } from './notifier.ts'
import { fitted, judged, titleBytesMost } from './teams.ts'
import { readTemplates } from './template-options.ts'

const defaults = {
  title: '{{ template "msteamsv2.default.title" . }}',
  text: '{{ template "msteamsv2.default.text" . }}',
}

const keys = { known: [...chatKeys, 'webhook_url', 'webhook_url_file', ...Object.keys(defaults)] }

const missing = 'one of webhook_url or webhook_url_file must be configured'

const colors = { firing: 'Attention', resolved: 'Good' }

export const msteamsv2: NotifierKind = {
  name: 'msteamsv2',
  key: 'msteamsv2_configs',
  sendsResolvedByDefault: true,
  read(at, global) {
    const own = fields(at, keys)
    const entry = { kind: msteamsv2, own, at, global }
    const url = secretUrl(entry, 'webhook_url', missing)
    const texts = readTemplates(own, defaults)
    return chat(entry, {
      secrets: url.places,
      async compose(page) {
        const title = page.text(texts.title, { field: 'title', bytes: titleBytesMost })
        const color = colors[page.message.notification.status]
        const bodyOf = (text: string) => messageOf(cardOf({ title, color, text }))
        return { url: await page.read(url), body: fitted(page, page.text(texts.text), bodyOf) }
      },
      deliver: async (line, call) => judged(await line.post(call)),
    })
  },
}

interface Card {
  readonly title: string
  readonly color: string
  readonly text: string
}

function cardOf({ title, color, text }: Card) {
  const block = { type: 'TextBlock', wrap: true }
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      { ...block, text: title, weight: 'Bolder', size: 'Medium', color },
      { ...block, text, size: 'Small' },
    ],
    msteams: { width: 'Full' },
  }
}

function messageOf(card: object) {
  const contentType = 'application/vnd.microsoft.card.adaptive'
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content: card }] }
}
