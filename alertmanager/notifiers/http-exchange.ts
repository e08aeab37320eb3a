/** Sends a request with its login, follows redirects, and reads the answer to its bound. */
import { fault } from '#api/errors'
import { messageOf } from '#lib/errors'
import type { HttpSettings } from './http-config.ts'
import { createDispatchers } from './http-dispatcher.ts'
import { answerBytesMax, type FetchAnswer } from './http-fetch.ts'
import { basic, type Credentials } from './http-login.ts'
import { type Hop, nextHop } from './http-redirect.ts'
import { secretsOf, without } from './http-secrets.ts'
import { type AskForToken, createTokens } from './http-tokens.ts'
import type { Way } from './http-way.ts'
import type { NotifierWorld } from './notifier.ts'

export interface HttpRequest {
  readonly url: string
  /** Default: POST. */
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  /** At most the first 64 KiB. */
  readonly text: string
  /** What was sent that must not be repeated to people, should the far side echo it. */
  readonly secrets?: readonly string[]
}

const limits = { redirects: 10 }

type Exchange = (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>

export function createExchange(settings: HttpSettings, world: NotifierWorld): Exchange {
  const { oauth, login, followsRedirects } = settings
  const carry = createCarrier(settings.way, world)
  const tokens =
    oauth && createTokens(oauth, askOver(oauth.way, oauth.tokenUrl, world), world.nowMs)

  const exchange = async (
    request: HttpRequest,
    credentials: Credentials | undefined,
    signal: AbortSignal,
  ): Promise<HttpAnswer> => {
    const prepared = await prepare(request, settings, credentials)
    let hop = prepared.hop
    for (let hops = 0; hops <= limits.redirects; hops++) {
      const answer = await carry(hop, { signal, secrets: prepared.secrets })
      const next = followsRedirects ? nextHop(hop, answer) : undefined
      if (next === undefined) return { ...answer, secrets: prepared.secrets }
      hop = next
    }
    throw new Error(`${hop.url.origin}: stopped after ${limits.redirects} redirects`)
  }
  return async (request, signal) => {
    if (tokens === undefined) return exchange(request, await login?.read(), signal)
    const token = await tokens.get(signal)
    const answer = await exchange(request, token, signal)
    if (answer.status !== 401) return answer
    tokens.drop(token)
    return exchange(request, await tokens.get(signal), signal)
  }
}

/** The first hop, and all that it carries which must not be repeated. */
async function prepare(
  request: HttpRequest,
  settings: HttpSettings,
  credentials: Credentials | undefined,
): Promise<{ readonly hop: Hop; readonly secrets: readonly string[] }> {
  const url = parsed(request.url)
  const headers = new Headers()
  set(headers, 'User-Agent', 'zstone-alertmanager')
  for (const [name, value] of Object.entries(request.headers ?? {})) set(headers, name, value)
  const own = headers.get('Authorization')
  const login = own === null ? (loginIn(url) ?? credentials) : undefined
  if (login !== undefined) set(headers, 'Authorization', login.header)
  const more = await settings.headers.read()
  for (const { name } of more) headers.delete(name)
  for (const { name, value } of more) add(headers, name, value)
  const secrets = [
    ...secretsOf(url),
    ...(login?.secrets ?? []),
    ...(own === null ? [] : [own, own.replace(/^\S+\s+/, '')]),
    ...more.filter(({ isSecret }) => isSecret).map(({ value }) => value),
  ]
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  const { method = 'POST', body } = request
  return { hop: { url: bare, method, headers, ...(body !== undefined && { body }) }, secrets }
}

function parsed(url: string): URL {
  if (!URL.canParse(url)) throw new Error('Cannot send: the address is no URL')
  const given = new URL(url)
  if (given.protocol === 'http:' || given.protocol === 'https:') return given
  throw new Error(`Cannot send: ${given.protocol} is spoken by nobody here; use http or https`)
}

function loginIn({ username, password }: URL): Credentials | undefined {
  if (username === '' && password === '') return undefined
  return basic(decodeURIComponent(username), decodeURIComponent(password))
}

/** The runtime would name the value in its error, and the value may be a secret. */
function add(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, value)
  } catch {
    throw new Error(`Cannot send header ${name}: its value holds what no header can`)
  }
}

function set(headers: Headers, name: string, value: string): void {
  headers.delete(name)
  add(headers, name, value)
}

interface Carried {
  readonly signal: AbortSignal
  readonly secrets: readonly string[]
}

/** One request and its answer, whatever it says. */
function createCarrier(way: Way, { fetch: fetchOver, environment = {} }: NotifierWorld) {
  const dispatcherTo = createDispatchers(way, environment)
  return async ({ url, ...rest }: Hop, { signal, secrets }: Carried): Promise<HttpAnswer> => {
    const dispatcher = await dispatcherTo(url)
    try {
      const response = await fetchOver(url, { ...rest, redirect: 'manual', signal, dispatcher })
      const { status, headers } = response
      return { status, headers, text: await textOf(response) }
    } catch (error) {
      const reason = signal.aborted ? 'no answer in time' : messageOf(error)
      const details = { origin: url.origin, reason: without(reason, secrets) }
      throw fault('RECEIVER_UNREACHABLE', details)
    }
  }
}

/** Read to its end where it is short, so that the connection serves again. */
async function textOf({ body }: FetchAnswer): Promise<string> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of body ?? []) {
    chunks.push(chunk)
    sizeBytes += chunk.length
    if (sizeBytes >= answerBytesMax) break
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, answerBytesMax))
}

function askOver(way: Way, tokenUrl: string, world: NotifierWorld): AskForToken {
  const carry = createCarrier(way, world)
  return async ({ body, authorization }, signal) => {
    const headers = new Headers({
      'Content-Type': 'application/x-www-form-urlencoded',
      'User-Agent': 'zstone-alertmanager',
    })
    if (authorization !== undefined) headers.set('Authorization', authorization)
    const url = parsed(tokenUrl)
    return carry({ url, method: 'POST', headers, body }, { signal, secrets: secretsOf(url) })
  }
}
