/** A message to Slack: one attachment, and what stands around it. */
import { type Fields, list, text, truth } from '../config/reader.ts'
import type { Page } from './chat.ts'
import { fieldOf, shownFields } from './field.ts'
import { readAction, shownAction } from './slack-action.ts'
import { filled, readTemplates, withoutEmpty } from './template-options.ts'

const ofMessage = {
  channel: '',
  username: '{{ template "slack.default.username" . }}',
  icon_emoji: '',
  icon_url: '',
  message_text: '',
}

const ofAttachment = {
  title: '{{ template "slack.default.title" . }}',
  title_link: '{{ template "slack.default.titlelink" . }}',
  pretext: '{{ template "slack.default.pretext" . }}',
  text: '{{ template "slack.default.text" . }}',
  fallback: '{{ template "slack.default.fallback" . }}',
  callback_id: '{{ template "slack.default.callbackid" . }}',
  footer: '{{ template "slack.default.footer" . }}',
  color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}',
  image_url: '',
  thumb_url: '',
}

export const slackBodyKeys = [
  ...Object.keys(ofMessage),
  ...Object.keys(ofAttachment),
  ...['fields', 'short_fields', 'link_names', 'mrkdwn_in', 'actions'],
]

const titleRunesMost = 1024

/** Reads what it consists of; each notification is then written with it. */
export function slackWriter(own: Fields): (page: Page) => object {
  const outer = readTemplates(own, ofMessage)
  const inner = readTemplates(own, ofAttachment)
  const isShort = own.optional('short_fields', truth) ?? false
  const shown = own.optional('fields', list(fieldOf('Slack'))) ?? []
  const actions = own.optional('actions', list(readAction)) ?? []
  const linkNames = own.optional('link_names', truth) ?? false
  const mrkdwnIn = own.optional('mrkdwn_in', list(text)) ?? ['fallback', 'pretext', 'text']
  return (page) => {
    const { message_text: message, ...names } = filled(outer, page.text)
    const texts = filled(inner, page.text)
    const attachment = {
      ...texts,
      title: page.cut(texts.title, { field: 'title', runes: titleRunesMost }),
      fields: shownFields(page, shown, isShort),
      mrkdwn_in: mrkdwnIn,
      actions: actions.map((action) => shownAction(page, action)),
    }
    return withoutEmpty({
      ...names,
      text: message,
      link_names: linkNames || undefined,
      attachments: [withoutEmpty(attachment)],
    })
  }
}
