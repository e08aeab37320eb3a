/** Sends Pushover messages; an emergency is repeated by Pushover until somebody takes it. */
import { durationMs, type Fields, fields, refusal, truth } from '../config/reader.ts'
import { exchanged, patienceMs, type Verdict } from './exchange.ts'
import { formPost } from './form-exchange.ts'
import { readHttp } from './http-client.ts'
import { strings, told } from './json-exchange.ts'
import type { Message, NotifierKind } from './notifier.ts'
import { secretOf } from './secret.ts'
import { filled, readTemplates, type Texts, withoutEmpty } from './template-options.ts'
import { truncateRunes } from './truncate.ts'

const templates = {
  title: '{{ template "pushover.default.title" . }}',
  message: '{{ template "pushover.default.message" . }}',
  url: '{{ template "pushover.default.url" . }}',
  url_title: '',
  device: '',
  sound: '',
  priority: '{{ if eq .Status "firing" }}2{{ else }}0{{ end }}',
}

const keys = {
  known: [
    'send_resolved',
    'http_config',
    'user_key',
    'user_key_file',
    'token',
    'token_file',
    ...Object.keys(templates),
    'retry',
    'expire',
    'ttl',
    'html',
    'monospace',
  ],
}

const api = 'https://api.pushover.net/1/messages.json'

/** Pushover's limits, in characters. */
const runesMax = { title: 250, message: 1024, url: 512, url_title: 100 }

interface Options {
  readonly texts: Texts<keyof typeof templates>
  readonly retryMs: number
  readonly expireMs: number
  readonly ttlMs: number
  readonly format: 'plain' | 'html' | 'monospace'
}

export const pushover: NotifierKind = {
  name: 'pushover',
  key: 'pushover_configs',
  sendsResolvedByDefault: true,
  read(at, global) {
    const own = fields(at, keys)
    const http = readHttp(own, global)
    const user = secretOf(own, at, 'user_key')
    if (user === undefined) throw refusal(at, 'one of user_key or user_key_file must be configured')
    const token = secretOf(own, at, 'token')
    if (token === undefined) throw refusal(at, 'one of token or token_file must be configured')
    const options = readOptions(own)
    if (options === undefined)
      throw refusal(at, 'at most one of monospace & html must be configured')
    return {
      sendResolved: own.optional('send_resolved', truth) ?? pushover.sendsResolvedByDefault,
      secrets: [...user.places, ...token.places, ...http.secrets],
      open(world) {
        const client = http.open(world)
        const prepare = async (message: Message) => {
          const secrets = {
            user: message.render.text(await user.read()),
            token: message.render.text(await token.read()),
          }
          const form = { ...secrets, ...formOf(options, message) }
          return { requests: [formPost(api, form)], secrets: Object.values(secrets) }
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

/** Undefined where both formats are asked for. */
function readOptions(own: Fields): Options | undefined {
  const html = own.optional('html', truth) ?? false
  const monospace = own.optional('monospace', truth) ?? false
  if (html && monospace) return undefined
  return {
    texts: readTemplates(own, templates),
    retryMs: own.optional('retry', durationMs) ?? 60_000,
    expireMs: own.optional('expire', durationMs) ?? 3_600_000,
    ttlMs: own.optional('ttl', durationMs) ?? 0,
    format: html ? 'html' : monospace ? 'monospace' : 'plain',
  }
}

function formOf(options: Options, { render }: Message): Readonly<Record<string, string>> {
  const { message, ...others } = options.texts
  const texts = filled(others, render.text)
  const body = options.format === 'html' ? render.html(message) : render.text(message)
  return withoutEmpty({
    title: truncateRunes(texts.title, runesMax.title).text,
    // An empty message is refused.
    message: truncateRunes(body.trim(), runesMax.message).text || '(no details)',
    url: truncateRunes(texts.url, runesMax.url).text,
    url_title: truncateRunes(texts.url_title, runesMax.url_title).text,
    // One that Pushover does not know is left to it.
    priority: /^(-[12]|[012])$/.test(texts.priority.trim()) ? texts.priority.trim() : '',
    device: texts.device,
    sound: texts.sound,
    // Out of their bounds an emergency would be refused whole.
    retry: seconds(Math.max(options.retryMs, 30_000)),
    expire: seconds(Math.min(options.expireMs, 10_800_000)),
    ttl: options.ttlMs > 0 ? seconds(options.ttlMs) : '',
    html: options.format === 'html' ? '1' : '',
    monospace: options.format === 'monospace' ? '1' : '',
  })
}

const seconds = (ms: number) => String(Math.floor(ms / 1000))

const verdict: Verdict = {
  explain: (answer) => told(answer, ({ errors }) => strings(errors)),
}
