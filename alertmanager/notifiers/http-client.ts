/** One HTTP request of a notifier as `http_config` says, and what its answer means. */
import { messageOf, ZstoneError } from '#lib/errors'
import type { GlobalConfig } from '../config/global.ts'
import type { Fields, Place } from '../config/reader.ts'
import { type HttpSettings, readHttpSettings } from './http-config.ts'
import { createExchange, type HttpAnswer, type HttpRequest } from './http-exchange.ts'
import { retryAfterMsOf } from './http-retry-after.ts'
import { secretsOf, without } from './http-secrets.ts'
import type { NotifierWorld, Outcome } from './notifier.ts'

export type { HttpAnswer, HttpRequest } from './http-exchange.ts'

export interface HttpConfig {
  readonly secrets: readonly Place[]
  /** One client an integration: it keeps its connections and its token. */
  open(world: NotifierWorld): HttpClient
}

export interface HttpClient {
  /** Throws RECEIVER_UNREACHABLE on network errors, and other errors where we are misconfigured. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
}

/** `http_config` of the entry, else that of `global`, else the defaults; they are not mixed. */
export function readHttp(own: Fields, global: GlobalConfig): HttpConfig {
  const given = own.optional('http_config', readHttpSettings)
  const settings: HttpSettings = given ?? global.http
  return {
    secrets: given?.secrets ?? [], // Those of `global` are masked there.
    open: (world) => ({ send: createExchange(settings, world) }),
  }
}

export interface Judgement {
  /** Whether the far side may take the same message soon; default: 5xx, 408, 425 and 429. */
  readonly passing?: (status: number) => boolean
  /** What the far side says of itself, for people. */
  readonly explain?: (answer: HttpAnswer) => string
  /** Secrets of the body: what the client put into address and headers, it knows itself. */
  readonly secrets?: readonly string[]
}

/** 2xx is delivered. Any other answer stays the same until somebody acts, unless it may pass. */
export function outcomeOf(answer: HttpAnswer, judgement: Judgement = {}): Outcome {
  const { status, headers, secrets = [] } = answer
  if (status >= 200 && status < 300) return { kind: 'delivered', receipt: `HTTP ${status}` }
  const passing = (judgement.passing ?? mayPass)(status)
  const retryAfterMs = passing ? retryAfterMsOf(headers) : undefined
  const told = judgement.explain?.(answer) ?? whereTo(answer)
  const shown = without(told, [...secrets, ...(judgement.secrets ?? [])])
  return {
    kind: 'failed',
    passing,
    reason: `unexpected status code ${status}${shown === '' ? '' : `: ${clipped(shown)}`}`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
}

/**
 * Runs one attempt. What it throws is an outcome: that nobody was reached may pass, and all else,
 * such as a faulty template or a secret that cannot be read, lasts until somebody acts.
 * An address can hold a token: of `url` only the origin is named.
 */
export async function attempt(run: () => Promise<Outcome>, url = ''): Promise<Outcome> {
  try {
    return await run()
  } catch (error) {
    const passing = error instanceof ZstoneError && error.retry
    const secrets = URL.canParse(url) ? secretsOf(new URL(url)) : []
    return { kind: 'failed', passing, reason: clipped(without(messageOf(error), secrets)) }
  }
}

export const mayPass = (status: number) => status >= 500 || [408, 425, 429].includes(status)

function whereTo({ status, headers }: HttpAnswer): string {
  const location = headers.get('Location') ?? ''
  return status >= 300 && status < 400 && URL.canParse(location)
    ? `redirected to ${new URL(location).origin}`
    : ''
}

const longest = 500

/** One line, and not a long one. */
export function clipped(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const letters = [...line]
  return letters.length <= longest ? line : `${letters.slice(0, longest - 1).join('')}…`
}
