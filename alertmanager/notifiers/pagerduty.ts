/** Triggers and resolves PagerDuty incidents, one for each group. */
import {
  durationMs,
  type Fields,
  fields,
  list,
  type Place,
  refusal,
  truth,
  webUrl,
} from '../config/reader.ts'
import { exchanged, patienceMs, type Verdict } from './exchange.ts'
import { readHttp } from './http-client.ts'
import { jsonPost, strings, told } from './json-exchange.ts'
import type { Message, NotifierKind } from './notifier.ts'
import { type EventOptions, eventV1, eventV2 } from './pagerduty-event.ts'
import { secretOf } from './secret.ts'
import { readTemplates } from './template-options.ts'
import { treeMap } from './tree.ts'

const templates = {
  client: '{{ template "pagerduty.default.client" . }}',
  client_url: '{{ template "pagerduty.default.clientURL" . }}',
  description: '{{ template "pagerduty.default.description" .}}',
  severity: 'error',
  class: '',
  component: '',
  group: '',
}

const detailsDefault = {
  firing: '{{ .Alerts.Firing | toJson }}',
  resolved: '{{ .Alerts.Resolved | toJson }}',
  num_firing: '{{ .Alerts.Firing | len }}',
  num_resolved: '{{ .Alerts.Resolved | len }}',
}

const keys = {
  known: [
    'send_resolved',
    'http_config',
    'routing_key',
    'routing_key_file',
    'service_key',
    'service_key_file',
    'url',
    ...Object.keys(templates),
    'source',
    'details',
    'images',
    'links',
    'timeout',
  ],
}

const urlV2 = 'https://events.pagerduty.com/v2/enqueue'
const urlV1 = 'https://events.pagerduty.com/generic/2010-04-15/create_event.json'

export const pagerduty: NotifierKind = {
  name: 'pagerduty',
  key: 'pagerduty_configs',
  sendsResolvedByDefault: true,
  globals: { plain: ['pagerduty_url'] },
  read(at, global) {
    const own = fields(at, keys)
    const http = readHttp(own, global)
    const routingKey = secretOf(own, at, 'routing_key')
    const serviceKey = secretOf(own, at, 'service_key')
    const key = serviceKey ?? routingKey
    if (key === undefined) throw refusal(at, 'missing service or routing key in PagerDuty config')
    // A service key is of the older API, which has an address of its own.
    const url = urlOf(own, global.own)
    const api =
      serviceKey === undefined
        ? { url, event: eventV2, keyName: 'routing key' }
        : { url: urlV1, event: eventV1, keyName: 'service key' }
    const options = readOptions(own)
    const places = [routingKey, serviceKey].flatMap((secret) => secret?.places ?? [])
    return {
      sendResolved: own.optional('send_resolved', truth) ?? pagerduty.sendsResolvedByDefault,
      secrets: [...places, ...http.secrets],
      open(world) {
        const client = http.open(world)
        const prepare = async (message: Message) => {
          const filledKey = message.render.text(await key.read())
          if (filledKey === '') throw new Error(`${api.keyName} cannot be empty`)
          const body = api.event(options, message, filledKey)
          return { requests: [jsonPost(api.url, body)], secrets: [filledKey] }
        }
        return {
          timeoutMs: own.optional('timeout', durationMs) || patienceMs,
          send: (message, signal) =>
            exchanged(client, { prepare, ...verdict }, { message, signal }),
        }
      },
    }
  },
}

const urlOf = (own: Fields, global: Fields) =>
  own.optional('url', webUrl) ?? global.optional('pagerduty_url', webUrl) ?? urlV2

function readOptions(own: Fields): EventOptions {
  const texts = readTemplates(own, templates)
  const { source } = readTemplates(own, { source: texts.client })
  const part =
    <N extends string>(...names: readonly N[]) =>
    (place: Place) =>
      readTemplates(fields(place, { known: names }), blank(names))
  return {
    texts: { ...texts, source },
    details: { ...detailsDefault, ...own.optional('details', treeMap) },
    images: own.optional('images', list(part('src', 'alt', 'href'))) ?? [],
    links: own.optional('links', list(part('href', 'text'))) ?? [],
  }
}

// Each name is given exactly its blank.
const blank = <N extends string>(names: readonly N[]) =>
  Object.fromEntries(names.map((name) => [name, ''])) as Record<N, string>

/** The older API says 403 where it means too many events. */
const verdict: Verdict = {
  passing: ({ status }) => status === 403,
  explain: (answer) => told(answer, errorsOf),
}

const errorsOf = ({ message, errors }: Record<string, unknown>) => [
  ...strings(message),
  ...strings(errors),
]
