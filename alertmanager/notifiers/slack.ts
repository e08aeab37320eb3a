/** Slack: an attachment by an incoming webhook, or by an app that can also edit what it posted. */
import {
  durationMs,
  type Fields,
  fields,
  list,
  refusal,
  text,
  truth,
  webUrl,
} from '../config/reader.ts'
import {
  type Call,
  chat,
  chatKeys,
  type Entry,
  inheritedUrl,
  type Line,
  type Page,
} from './chat.ts'
import { fieldOf, shownFields } from './field.ts'
import { inheritedSecret } from './inherited-secret.ts'
import type { NotifierKind, Outcome } from './notifier.ts'
import type { Secret } from './secret.ts'
import { readAction, shownAction } from './slack-action.ts'
import { isGone, judged, placeOf } from './slack-answer.ts'
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

const others = ['fields', 'short_fields', 'link_names', 'mrkdwn_in', 'actions', 'update_message']

const keys = {
  known: [
    ...[
      ...chatKeys,
      'timeout',
      'api_url',
      'api_url_file',
      'app_token',
      'app_token_file',
      'app_url',
    ],
    ...[...Object.keys(ofMessage), ...Object.keys(ofAttachment), ...others],
  ],
}

const titleRunesMost = 1024

const appUrlDefault = 'https://slack.com/api/chat.postMessage'

export const slack: NotifierKind = {
  name: 'slack',
  key: 'slack_configs',
  sendsResolvedByDefault: false,
  globals: { plain: ['slack_app_url'], secret: ['slack_api_url', 'slack_app_token'] },
  read(at, global) {
    const own = fields(at, keys)
    const entry = { kind: slack, own, at, global }
    const door = doorOf(entry)
    const writes = writerOf(own)
    const updates = own.optional('update_message', truth) ?? false
    if (updates && door.isHook)
      throw refusal(at, 'update_message can only be used with an app: give app_token')
    return chat<SlackCall>(entry, {
      secrets: door.secrets,
      timeoutMs: own.optional('timeout', durationMs),
      async compose(page) {
        const body = writes(page)
        const { ts = '', channel = '' } = updates ? page.message.memory : {}
        const isResolved = page.message.notification.status === 'resolved'
        const earlier = ts === '' ? undefined : { ts, channel }
        return { ...(await door.open(page)), body, updates, earlier, isResolved }
      },
      deliver,
    })
  },
}

interface SlackCall extends Call {
  readonly updates: boolean
  /** The message to edit. */
  readonly earlier: { readonly ts: string; readonly channel: string } | undefined
  readonly isResolved: boolean
}

async function deliver(line: Line, call: SlackCall): Promise<Outcome> {
  const { updates, earlier, isResolved, ...post } = call
  const edited = earlier && updateUrlOf(post.url)
  let answer =
    edited === undefined
      ? undefined
      : await line.post({ ...post, url: edited, body: { ...post.body, ...earlier } })
  // Who deletes the message is told by a new one.
  if (answer === undefined || isGone(answer)) answer = await line.post(post)
  const outcome = judged(answer)
  if (!updates || outcome.kind === 'failed') return outcome
  // The next trouble of the group is news: it gets a message of its own.
  return { kind: 'delivered', memory: isResolved ? {} : placeOf(answer) }
}

/** Undefined where the address, known only now, is no app's. */
function updateUrlOf(url: string): string | undefined {
  const end = /\/chat\.postMessage(?=$|\?)/
  return end.test(url) ? url.replace(end, '/chat.update') : undefined
}

/** Where messages go in. */
interface Door {
  readonly secrets: Secret['places']
  /** Surely an incoming webhook, which cannot edit. */
  readonly isHook: boolean
  open(page: Page): Promise<Pick<Call, 'url' | 'headers'>>
}

function doorOf(entry: Entry): Door {
  const { own, at, global } = entry
  const appUrl =
    own.optional('app_url', webUrl) ?? global.own.optional('slack_app_url', webUrl) ?? appUrlDefault
  const hasUrl = isGiven(own, 'api_url')
  const hasToken = isGiven(own, 'app_token')
  if (hasUrl && hasToken) throw refusal(at, oneOf('app_token', 'api_url'))
  if (hasToken || (!hasUrl && isGiven(global.own, 'slack_app_token'))) {
    const isApi = global.own.optional('slack_api_url', text) === appUrl
    if (!hasToken && !isApi && isGiven(global.own, 'slack_api_url'))
      throw refusal(at, oneOf('slack_app_token', 'slack_api_url'))
    const token = inheritedSecret(entry, {
      name: 'app_token',
      globalName: 'slack_app_token',
      missing,
    })
    return {
      secrets: token.places,
      isHook: false,
      open: async (page) => ({
        url: appUrl,
        headers: { Authorization: `Bearer ${await page.read(token)}` },
      }),
    }
  }
  const url = inheritedUrl(entry, { name: 'api_url', globalName: 'slack_api_url', missing })
  const known = hasUrl
    ? own.optional('api_url', webUrl)
    : global.own.optional('slack_api_url', webUrl)
  return {
    secrets: url.places,
    isHook: known !== undefined && updateUrlOf(known) === undefined,
    open: async (page) => ({ url: await page.read(url) }),
  }
}

const missing = 'no Slack API URL nor App token set either inline or in a file'

const oneOf = (a: string, b: string) =>
  `at most one of ${a}/${a}_file & ${b}/${b}_file must be configured`

const isGiven = (own: Fields, name: string) =>
  [name, `${name}_file`].some((key) => (own.optional(key, text) ?? '') !== '')

function writerOf(own: Fields): (page: Page) => object {
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
