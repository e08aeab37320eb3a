/** Tells VictorOps (Splunk On-Call) through its REST endpoint; one incident for each group. */
import { fields, type Place, refusal, text, textMap, truth, webUrl } from '../config/reader.ts'
import { dedupKeyOf } from './dedup-key.ts'
import { exchanged, patienceMs, type Verdict } from './exchange.ts'
import { readHttp } from './http-client.ts'
import { inheritedSecret } from './inherited-secret.ts'
import { jsonPost, strings, told } from './json-exchange.ts'
import type { Message, NotifierKind } from './notifier.ts'
import { filled, readTemplates, type Texts } from './template-options.ts'
import { truncateRunes } from './truncate.ts'

const templates = {
  routing_key: '',
  message_type: 'CRITICAL',
  state_message: '{{ template "victorops.default.state_message" . }}',
  entity_display_name: '{{ template "victorops.default.entity_display_name" . }}',
  monitoring_tool: '{{ template "victorops.default.monitoring_tool" . }}',
}

const keys = {
  known: [
    'send_resolved',
    'http_config',
    'api_key',
    'api_key_file',
    'api_url',
    ...Object.keys(templates),
    'custom_fields',
  ],
}

/** Fields with a meaning of their own, which a custom one must not take. */
const reserved = [...Object.keys(templates), 'entity_id', 'entity_state']

const urlDefault = 'https://alert.victorops.com/integrations/generic/20131114/alert/'

/** VictorOps's limit. */
const stateMessageRunesMax = 20_480

export const victorops: NotifierKind = {
  name: 'victorops',
  key: 'victorops_configs',
  sendsResolvedByDefault: true,
  globals: { plain: ['victorops_api_url'], secret: ['victorops_api_key'] },
  read(at, global) {
    const own = fields(at, keys)
    const http = readHttp(own, global)
    if (!own.optional('routing_key', text))
      throw refusal(at, 'missing Routing key in VictorOps config')
    const apiKey = inheritedSecret(
      { own, at, global },
      {
        name: 'api_key',
        globalName: 'victorops_api_key',
        missing: 'no global VictorOps API Key set',
      },
    )
    const url =
      own.optional('api_url', webUrl) ??
      global.own.optional('victorops_api_url', webUrl) ??
      urlDefault
    const texts = readTemplates(own, templates)
    const custom = own.optional('custom_fields', readCustomFields) ?? new Map()
    return {
      sendResolved: own.optional('send_resolved', truth) ?? victorops.sendsResolvedByDefault,
      secrets: [...apiKey.places, ...http.secrets],
      open(world) {
        const client = http.open(world)
        const prepare = async (message: Message) => {
          const said = filled(texts, message.render.text)
          const key = message.render.text(await apiKey.read())
          const path = `${encodeURIComponent(key)}/${encodeURIComponent(said.routing_key)}`
          const body = JSON.stringify({ ...customOf(custom, message), ...bodyOf(said, message) })
          const requests = [jsonPost(`${url.replace(/\/*$/, '/')}${path}`, body)]
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

function readCustomFields(at: Place): ReadonlyMap<string, string> {
  const custom = textMap(at)
  for (const name of reserved)
    if (custom.has(name))
      throw refusal(
        at,
        `victorOps config contains custom field ${name} which cannot be used ` +
          'as it conflicts with the fixed/static fields',
      )
  return custom
}

const customOf = (custom: ReadonlyMap<string, string>, { render }: Message) =>
  Object.fromEntries([...custom].map(([name, template]) => [name, render.text(template)]))

function bodyOf(said: Texts<keyof typeof templates>, { notification }: Message) {
  const asked = ['CRITICAL', 'WARNING', 'INFO'].includes(said.message_type)
    ? said.message_type
    : 'CRITICAL'
  return {
    message_type: notification.status === 'firing' ? asked : 'RECOVERY',
    entity_id: dedupKeyOf(notification),
    entity_display_name: said.entity_display_name,
    state_message: truncateRunes(said.state_message, stateMessageRunesMax).text,
    monitoring_tool: said.monitoring_tool,
  }
}

const verdict: Verdict = {
  explain: (answer) => told(answer, ({ message }) => strings(message)),
}
