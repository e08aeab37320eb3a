/** Mattermost: an incoming webhook, with attachments as Slack's, a card, and a priority. */
import { type Fields, fields, list, type Place, text, truth } from '../config/reader.ts'
import { chat, chatKeys, inheritedUrl, type Page } from './chat.ts'
import { type Field, fieldOf, shownFields } from './field.ts'
import { type HttpAnswer, outcomeOf } from './http-client.ts'
import { objectOf } from './json-exchange.ts'
import type { NotifierKind } from './notifier.ts'
import { filled, readTemplates, type Texts, withoutEmpty } from './template-options.ts'

const ofMessage = {
  channel: '',
  username: '{{ template "mattermost.default.username" . }}',
  icon_url: '',
  icon_emoji: '',
  type: '',
}

const emptyAttachment = {
  fallback: '',
  color: '',
  pretext: '',
  text: '',
  author_name: '',
  author_link: '',
  author_icon: '',
  title: '',
  title_link: '',
  thumb_url: '',
  footer: '',
  footer_icon: '',
  image_url: '',
}

/** The one attachment that is sent where none are listed. */
const attachmentDefaults = {
  ...emptyAttachment,
  fallback: '{{ template "mattermost.default.fallback" . }}',
  color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}',
  text: '{{ template "mattermost.default.text" . }}',
  title: '{{ template "mattermost.default.title" . }}',
  title_link: '{{ template "mattermost.default.titlelink" . }}',
}

const attachmentKeys = [...Object.keys(emptyAttachment), 'fields']

const keys = {
  known: [
    ...[...chatKeys, 'webhook_url', 'webhook_url_file', ...Object.keys(ofMessage)],
    ...[...attachmentKeys, 'attachments', 'props', 'priority'],
  ],
}

/** The longest post of a server that keeps Mattermost's default. */
const runesMost = 16_383

export const mattermost: NotifierKind = {
  name: 'mattermost',
  key: 'mattermost_configs',
  sendsResolvedByDefault: true,
  globals: { secret: ['mattermost_webhook_url'] },
  read(at, global) {
    const own = fields(at, keys)
    const entry = { kind: mattermost, own, at, global }
    const url = inheritedUrl(entry, {
      name: 'webhook_url',
      globalName: 'mattermost_webhook_url',
      missing: 'no global Mattermost Webhook URL set either inline or in a file',
    })
    const names = readTemplates(own, ofMessage)
    const content = contentOf(own)
    const card = own.optional('props', readCard) ?? ''
    const priority = own.optional('priority', readPriority)
    return chat(entry, {
      secrets: url.places,
      async compose(page) {
        const shownCard = page.text(card)
        const body = withoutEmpty({
          ...filled(names, page.text),
          ...content(page),
          props: shownCard === '' ? undefined : { card: shownCard },
          priority: priority && shownPriority(page, priority),
        })
        return { url: await page.read(url), body }
      },
      deliver: async (line, call) => outcomeOf(await line.post(call), { explain }),
    })
  },
}

/** A name such as `web.incoming_webhook.channel.app_error`. */
function explain(answer: HttpAnswer): string {
  const { id } = objectOf(answer.text) ?? {}
  return typeof id === 'string' && /^[a-z_.]{1,120}$/.test(id) ? id : ''
}

interface Attachment {
  readonly texts: Texts<keyof typeof emptyAttachment>
  readonly fields: readonly Field[]
}

/** Listed attachments stand below `text`; else `text` and its siblings are the attachment. */
function contentOf(own: Fields): (page: Page) => object {
  const listed = own.optional('attachments', list(readAttachment)) ?? []
  const flat = attachmentOf(own, attachmentDefaults)
  if (listed.length === 0) return (page) => ({ attachments: [shownAttachment(page, flat)] })
  const above = own.optional('text', text) ?? ''
  return (page) => ({
    text: page.text(above, { field: 'text', runes: runesMost }),
    attachments: listed.map((attachment) => shownAttachment(page, attachment)),
  })
}

const readAttachment = (at: Place) =>
  attachmentOf(fields(at, { known: attachmentKeys }), emptyAttachment)

function attachmentOf(own: Fields, defaults: typeof emptyAttachment): Attachment {
  return {
    texts: readTemplates(own, defaults),
    fields: own.optional('fields', list(fieldOf('Mattermost'))) ?? [],
  }
}

function shownAttachment(page: Page, attachment: Attachment) {
  const texts = filled(attachment.texts, page.text)
  return withoutEmpty({
    ...texts,
    text: page.cut(texts.text, { field: 'text', runes: runesMost }),
    fields: shownFields(page, attachment.fields, false),
  })
}

function readCard(at: Place): string {
  return fields(at, { known: ['card'] }).optional('card', text) ?? ''
}

interface Priority {
  readonly level: string
  readonly wantsAck: boolean
  readonly persists: boolean
}

function readPriority(at: Place): Priority {
  const own = fields(at, { known: ['priority', 'requested_ack', 'persistent_notifications'] })
  return {
    level: own.optional('priority', text) ?? '',
    wantsAck: own.optional('requested_ack', truth) ?? false,
    persists: own.optional('persistent_notifications', truth) ?? false,
  }
}

/** Mattermost lets nobody acknowledge what is ordinary, and only the urgent persist. */
function shownPriority(page: Page, { level, wantsAck, persists }: Priority) {
  const priority = page.text(level).trim().toLowerCase()
  if (priority !== 'important' && priority !== 'urgent') return undefined
  return {
    priority,
    ...(wantsAck && { requested_ack: true }),
    ...(persists && priority === 'urgent' && { persistent_notifications: true }),
  }
}
