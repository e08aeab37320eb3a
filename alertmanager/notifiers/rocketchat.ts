/** Rocket.Chat: an attachment, posted as the user to whom the token belongs. */
import { fields, list, type Place, truth } from '../config/reader.ts'
import { addressOf, below, chat, chatKeys, type Entry } from './chat.ts'
import { fieldOf, shownFields } from './field.ts'
import { type HttpAnswer, mayPass, outcomeOf } from './http-client.ts'
import { inheritedSecret } from './inherited-secret.ts'
import { objectOf } from './json-exchange.ts'
import type { NotifierKind, Outcome } from './notifier.ts'
import { passingAfter } from './pause.ts'
import { filled, readTemplates, withoutEmpty } from './template-options.ts'

const defaults = {
  channel: '',
  color: '{{ if eq .Status "firing" }}red{{ else }}green{{ end }}',
  title: '{{ template "rocketchat.default.title" . }}',
  title_link: '{{ template "rocketchat.default.titlelink" . }}',
  text: '{{ template "rocketchat.default.text" . }}',
  emoji: '{{ template "rocketchat.default.emoji" . }}',
  icon_url: '{{ template "rocketchat.default.iconurl" . }}',
  image_url: '',
  thumb_url: '',
}

const keys = {
  known: [
    ...[...chatKeys, 'api_url', 'token', 'token_file', 'token_id', 'token_id_file'],
    ...[...Object.keys(defaults), 'fields', 'short_fields', 'link_names', 'actions'],
  ],
}

const titleRunesMost = 1024

export const rocketchat: NotifierKind = {
  name: 'rocketchat',
  key: 'rocketchat_configs',
  sendsResolvedByDefault: true,
  globals: { plain: ['rocketchat_api_url'], secret: ['rocketchat_token', 'rocketchat_token_id'] },
  read(at, global) {
    const own = fields(at, keys)
    const entry = { kind: rocketchat, own, at, global }
    const token = secretOf(entry, 'token', 'Token')
    const user = secretOf(entry, 'token_id', 'TokenID')
    const server = addressOf(entry, 'rocketchat_api_url', 'https://open.rocket.chat/')
    const templates = readTemplates(own, defaults)
    const isShort = own.optional('short_fields', truth) ?? false
    const shown = own.optional('fields', list(fieldOf('Rocketchat'))) ?? []
    const actions = own.optional('actions', list(readAction)) ?? []
    const parseUrls = own.optional('link_names', truth) || undefined
    return chat(entry, {
      secrets: [...token.places, ...user.places],
      async compose(page) {
        const { channel, emoji, icon_url: avatar, ...texts } = filled(templates, page.text)
        const attachment = {
          ...texts,
          title: page.cut(texts.title, { field: 'title', runes: titleRunesMost }),
          fields: shownFields(page, shown, isShort),
          actions: actions.map((action) => ({
            type: 'button',
            ...withoutEmpty(filled(action, page.text)),
          })),
        }
        const attachments = [withoutEmpty(attachment)]
        return {
          url: below(server, 'api/v1/chat.postMessage'),
          headers: { 'X-Auth-Token': await page.read(token), 'X-User-Id': await page.read(user) },
          body: withoutEmpty({ channel, emoji, avatar, parseUrls, attachments }),
        }
      },
      deliver: async (line, call) => judged(await line.post(call)),
    })
  },
}

function secretOf(entry: Entry, name: string, said: string) {
  const missing = `no global Rocketchat ${said} set either inline or in a file`
  return inheritedSecret(entry, { name, globalName: `rocketchat_${name}`, missing })
}

const emptyAction = { text: '', url: '', msg: '' }

/** `type` is taken and not used: there are only buttons. */
function readAction(at: Place) {
  const known = ['type', ...Object.keys(emptyAction)]
  return readTemplates(fields(at, { known }), emptyAction)
}

const pause = /must wait (\d+) seconds/

/** Refused with `success: false`, whatever the status, and the error's name in brackets. */
function judged(answer: HttpAnswer): Outcome {
  const { success, error, errorType } = objectOf(answer.text) ?? {}
  const words = String(error ?? '')
  const name =
    /^[\w-]{1,60}$/.exec(String(errorType ?? ''))?.[0] ?? /\[([\w-]{1,60})\]/.exec(words)?.[1]
  const isTooMany = name?.endsWith('too-many-requests') ?? false
  const isTaken = answer.status >= 200 && answer.status < 300
  const outcome: Outcome =
    isTaken && success === false
      ? { kind: 'failed', passing: isTooMany, reason: name ?? 'refused without an error' }
      : outcomeOf(answer, {
          explain: () => name ?? '',
          passing: (status) => isTooMany || mayPass(status),
        })
  return passingAfter(outcome, pause.exec(words)?.[1])
}
