/**
 * What the notifiers of chats share: a message is composed from templates, posted as JSON, and the
 * answer judged by the vendor's own signs.
 */
import type { Log } from '#lib/log'
import type { GlobalConfig } from '../config/global.ts'
import { type Fields, type Place, refusal, truth, webUrl } from '../config/reader.ts'
import { deliveryHeaders } from './delivery-headers.ts'
import {
  attempt,
  type HttpAnswer,
  type HttpClient,
  type HttpRequest,
  readHttp,
} from './http-client.ts'
import { without } from './http-secrets.ts'
import { type Inheritance, inheritedSecret } from './inherited-secret.ts'
import type { Message, NotifierConfig, NotifierKind, Outcome } from './notifier.ts'
import { type Secret, secretOf } from './secret.ts'
import { truncateBytes, truncateRunes } from './truncate.ts'

/** Keys that every chat takes. */
export const chatKeys = ['send_resolved', 'http_config']

const timeoutMsDefault = 10_000

/** Where an entry stands. */
export interface Entry {
  readonly kind: NotifierKind
  readonly own: Fields
  readonly at: Place
  readonly global: GlobalConfig
}

export interface Chat<C extends Call> {
  readonly secrets: readonly Place[]
  readonly timeoutMs?: number | undefined
  /** Fills in what is to be sent; what throws here would throw at each further attempt. */
  compose(page: Page): Promise<C>
  /** Sends it, and says what the answer means. */
  deliver(line: Line, call: C): Promise<Outcome>
}

/** One request to be made. */
export interface Call {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: object
}

/** What there is to compose with. */
export interface Page {
  readonly message: Message
  text(template: string, limit?: Limit): string
  html(template: string): string
  cut(text: string, limit: Limit): string
  /** What is read here is taken out of every reason. */
  read(secret: Secret): Promise<string>
}

/** What a vendor takes of a field. */
export interface Limit {
  readonly field: string
  readonly runes?: number
  readonly bytes?: number
}

/** What there is to send with; network errors are thrown. */
export interface Line {
  post(call: Call): Promise<HttpAnswer>
  get(url: string): Promise<HttpAnswer>
  nowMs(): number
}

export function chat<C extends Call>(
  { kind, own, global }: Entry,
  { secrets, timeoutMs, compose, deliver }: Chat<C>,
): NotifierConfig {
  const http = readHttp(own, global)
  return {
    sendResolved: own.optional('send_resolved', truth) ?? kind.sendsResolvedByDefault,
    secrets: [...http.secrets, ...secrets],
    open(world) {
      const client = http.open(world)
      return {
        timeoutMs: timeoutMs || timeoutMsDefault,
        async send(message, signal) {
          const read: string[] = []
          const page = pageOf({ message, read, log: world.log })
          const line = lineOf({ client, message, signal, nowMs: world.nowMs })
          const outcome = await attempt(async () => deliver(line, await compose(page)))
          return outcome.kind === 'failed'
            ? { ...outcome, reason: without(outcome.reason, read) }
            : outcome
        },
      }
    },
  }
}

interface LineParts {
  readonly client: HttpClient
  readonly message: Message
  readonly signal: AbortSignal
  readonly nowMs: () => number
}

function lineOf({ client, message, signal, nowMs }: LineParts): Line {
  const send = (request: HttpRequest) => client.send(request, signal)
  const common = {
    'Content-Type': 'application/json',
    ...deliveryHeaders(message.notification),
  }
  return {
    nowMs,
    get: (url) => send({ url, method: 'GET' }),
    post: ({ url, headers, body }) =>
      send({ url, headers: { ...common, ...headers }, body: JSON.stringify(body) }),
  }
}

interface PageParts {
  readonly message: Message
  /** Where secrets are noted as they are read. */
  readonly read: string[]
  readonly log: Log
}

function pageOf({ message, read, log }: PageParts): Page {
  const { receiver, groupKey } = message.notification
  const cut = (given: string, { field, runes, bytes }: Limit) => {
    const inRunes = runes === undefined ? given : truncateRunes(given, runes).text
    const text = bytes === undefined ? inRunes : truncateBytes(inRunes, bytes).text
    if (text !== given)
      log.warn({ receiver, group: groupKey, field, runes, bytes }, 'Cut to what the vendor takes')
    return text
  }
  return {
    message,
    cut,
    text(template, limit) {
      const filled = message.render.text(template)
      return limit === undefined ? filled : cut(filled, limit)
    },
    html: message.render.html,
    async read(secret) {
      const value = await secret.read()
      read.push(value)
      return value
    },
  }
}

/** An address that is itself a secret: `missing` is the refusal where there is none. */
export function secretUrl({ own, at }: Entry, name: string, missing: string): Secret {
  own.optional(name, webUrl)
  const url = secretOf(own, at, name)
  if (url === undefined) throw refusal(at, missing)
  return url
}

/** The same where `global` may hold it for all. */
export function inheritedUrl(entry: Entry, inheritance: Inheritance): Secret {
  entry.own.optional(inheritance.name, webUrl)
  entry.global.own.optional(inheritance.globalName, webUrl)
  return inheritedSecret(entry, inheritance)
}

/** An address that anybody may see. */
export function addressOf({ own, global }: Entry, globalName: string, otherwise: string): string {
  return own.optional('api_url', webUrl) ?? global.own.optional(globalName, webUrl) ?? otherwise
}

export function below(address: string, path: string): string {
  return `${address.replace(/\/+$/, '')}/${path}`
}
