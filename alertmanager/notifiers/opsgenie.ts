/** Creates and closes Opsgenie alerts, one for each group, found again by its alias. */
import { type Fields, fields, textMap, truth, webUrl } from '../config/reader.ts'
import { dedupKeyOf } from './dedup-key.ts'
import { exchanged, patienceMs, type Verdict } from './exchange.ts'
import { type HttpRequest, readHttp } from './http-client.ts'
import { inheritedSecret } from './inherited-secret.ts'
import { jsonPost, strings, told } from './json-exchange.ts'
import type { Message, NotifierKind } from './notifier.ts'
import { filledResponders, type Responder, readResponders } from './opsgenie-responders.ts'
import { filled, readTemplates, type Texts, withoutEmpty } from './template-options.ts'
import { truncateRunes } from './truncate.ts'

const templates = {
  message: '{{ template "opsgenie.default.message" . }}',
  description: '{{ template "opsgenie.default.description" . }}',
  source: '{{ template "opsgenie.default.source" . }}',
  entity: '',
  actions: '',
  tags: '',
  note: '',
  priority: '',
}

const keys = {
  known: [
    'send_resolved',
    'http_config',
    'api_key',
    'api_key_file',
    'api_url',
    ...Object.keys(templates),
    'details',
    'responders',
    'update_alerts',
  ],
}

/** Opsgenie's limits. */
const runesMax = {
  message: 130,
  description: 15_000,
  source: 100,
  entity: 512,
  note: 25_000,
  tag: 50,
}
const countMax = { tags: 20, actions: 10 }

interface Options {
  readonly url: string
  readonly texts: Texts<keyof typeof templates>
  readonly details: ReadonlyMap<string, string>
  readonly responders: readonly Responder[]
  readonly updatesAlerts: boolean
}

export const opsgenie: NotifierKind = {
  name: 'opsgenie',
  key: 'opsgenie_configs',
  sendsResolvedByDefault: true,
  globals: { plain: ['opsgenie_api_url'], secret: ['opsgenie_api_key'] },
  read(at, global) {
    const own = fields(at, keys)
    const http = readHttp(own, global)
    const apiKey = inheritedSecret(
      { own, at, global },
      {
        name: 'api_key',
        globalName: 'opsgenie_api_key',
        missing: 'no global OpsGenie API Key set either inline or in a file',
      },
    )
    const options = readOptions(own, global.own)
    return {
      sendResolved: own.optional('send_resolved', truth) ?? opsgenie.sendsResolvedByDefault,
      secrets: [...apiKey.places, ...http.secrets],
      open(world) {
        const client = http.open(world)
        const prepare = async (message: Message) => {
          const key = message.render.text(await apiKey.read())
          const login = { Authorization: `GenieKey ${key}` }
          const requests = requestsOf(options, message).map((request) => ({
            ...request,
            headers: { ...request.headers, ...login },
          }))
          return { requests, secrets: [key] }
        }
        return {
          timeoutMs: patienceMs,
          send: (message, signal) =>
            exchanged(client, { prepare, ...verdict }, { message, signal }),
        }
      },
    }
  },
}

function readOptions(own: Fields, global: Fields): Options {
  const url =
    own.optional('api_url', webUrl) ??
    global.optional('opsgenie_api_url', webUrl) ??
    'https://api.opsgenie.com/'
  return {
    url: url.endsWith('/') ? url : `${url}/`,
    texts: readTemplates(own, templates),
    details: own.optional('details', textMap) ?? new Map(),
    responders: own.optional('responders', readResponders) ?? [],
    updatesAlerts: own.optional('update_alerts', truth) ?? false,
  }
}

/** Creating an alert that is open only counts it: its texts change where that is asked for. */
function requestsOf(options: Options, message: Message): readonly HttpRequest[] {
  const { notification } = message
  const alias = dedupKeyOf(notification)
  const texts = filled(options.texts, message.render.text)
  const alerts = `${options.url}v2/alerts`
  const byAlias = (what: string) => `${alerts}/${alias}/${what}?identifierType=alias`
  if (notification.status === 'resolved')
    return [json('POST', byAlias('close'), withoutEmpty({ source: cut(texts, 'source') }))]
  const alert = alertOf(options, message, texts)
  const create = json('POST', alerts, withoutEmpty({ alias, ...alert }))
  if (!options.updatesAlerts) return [create]
  return [
    create,
    json('PUT', byAlias('message'), { message: alert.message }),
    json('PUT', byAlias('description'), { description: alert.description }),
  ]
}

const json = (method: string, url: string, body: object) => ({
  ...jsonPost(url, JSON.stringify(body)),
  method,
})

function alertOf(
  { details, responders }: Options,
  { notification, render }: Message,
  texts: Options['texts'],
) {
  const own = [...details].map(([name, template]) => [name, render.text(template)])
  return {
    // Without a message an alert is refused.
    message: cut(texts, 'message').trim() || '(no message)',
    description: cut(texts, 'description'),
    details: { ...notification.commonLabels, ...Object.fromEntries(own) },
    source: cut(texts, 'source'),
    responders: filledResponders(responders, render.text),
    tags: listed(texts.tags, countMax.tags),
    note: cut(texts, 'note'),
    // One that Opsgenie does not know is left to it.
    priority: /^P[1-5]$/.test(texts.priority) ? texts.priority : '',
    entity: cut(texts, 'entity'),
    actions: listed(texts.actions, countMax.actions),
  }
}

const cut = (
  texts: Options['texts'],
  name: 'message' | 'description' | 'source' | 'entity' | 'note',
) => truncateRunes(texts[name], runesMax[name]).text

function listed(text: string, most: number): readonly string[] {
  const items = text.split(',').flatMap((item) => item.trim() || [])
  return items.slice(0, most).map((item) => truncateRunes(item, runesMax.tag).text)
}

const verdict: Verdict = {
  explain: (answer) =>
    told(answer, ({ message, errors }) => [...strings(message), ...strings(errors)]),
}
