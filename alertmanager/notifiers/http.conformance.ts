/** What every notifier over HTTP must do. Its test says how the vendor answers, and no more. */

import {
  conformance,
  type FarSide,
  message,
  openNotifier,
  silentWorld,
} from './notifier.conformance.ts'
import type { Message, NotifierKind, NotifierWorld, Outcome } from './notifier.ts'

export interface HttpSuite {
  readonly kind: NotifierKind
  /** A valid entry with the secret `hunter2` in it. */
  readonly yaml: string
  readonly answers?: Partial<VendorAnswers>
  /** Where the idempotency key stands; undefined: not in this one of several requests. */
  readonly keyOf?: (request: SentRequest) => string | undefined
  readonly hasRetryAfter?: boolean
  readonly hasTemplates?: boolean
}

/** How the far side says things. */
export interface VendorAnswers {
  readonly yes: VendorAnswer
  readonly notNow: VendorAnswer
  readonly never: VendorAnswer
  /** Not before 7 seconds have passed. */
  readonly pause: VendorAnswer
}

export type VendorAnswer = PlainAnswer | ((request: SentRequest) => PlainAnswer)

export interface PlainAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Text as it is; anything else as JSON. */
  readonly body?: unknown
}

export interface SentRequest {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly text: string
  json(): unknown
}

const usual: VendorAnswers = {
  yes: { status: 200, body: 'ok' },
  notNow: { status: 503, body: 'come back' },
  never: { status: 400, body: 'no' },
  pause: { status: 429, headers: { 'Retry-After': '7' } },
}

const inHeader = ({ headers }: SentRequest) => headers.get('Idempotency-Key') ?? undefined

export function httpConformance({ answers, keyOf = inHeader, ...suite }: HttpSuite): void {
  const said = { ...usual, ...answers }
  conformance({
    ...suite,
    worldOf: (side, keys) => ({
      fetch: farSide(side, said, (request) => {
        const key = keyOf(request)
        if (key !== undefined) keys.push(key)
      }),
    }),
  })
}

/** Sends one message and tells what came over the wire. */
export async function sent(
  kind: NotifierKind,
  yaml: string,
  more: Partial<Message> & { answer?: VendorAnswer; world?: Partial<NotifierWorld> } = {},
): Promise<{ readonly outcome: Outcome; readonly requests: readonly SentRequest[] }> {
  const { answer = usual.yes, world, ...rest } = more
  const requests: SentRequest[] = []
  const fetchOver = farSide({ kind: 'takes' }, { ...usual, yes: answer }, (request) => {
    requests.push(request)
  })
  const notifier = openNotifier(kind, yaml, { ...silentWorld(), fetch: fetchOver, ...world })
  const { signal } = new AbortController()
  return { outcome: await notifier.send({ ...message(), ...rest }, signal), requests }
}

function farSide(
  side: FarSide,
  answers: VendorAnswers,
  see: (request: SentRequest) => void,
): typeof fetch {
  return async (input, init) => {
    const request = await seen(input, init)
    if (side.kind === 'hangs' || init?.signal?.aborted)
      return new Promise((_, reject) => {
        const stop = () => reject(new DOMException('stopped', 'AbortError'))
        if (init?.signal?.aborted) stop()
        init?.signal?.addEventListener('abort', stop)
      })
    if (side.kind === 'is away')
      throw new TypeError(`fetch failed: ${request.url}`, { cause: new Error('ECONNREFUSED') })
    see(request)
    const answer = answers[wordOf(side)]
    const plain = typeof answer === 'function' ? answer(request) : answer
    const echo = side.kind === 'refuses' ? side.echo : undefined
    const body =
      echo === undefined ? plain.body : echoed(plain.body, `${echo} ${repeated(request)}`)
    return new Response(textOf(body), {
      status: plain.status,
      ...(plain.headers && { headers: plain.headers }),
    })
  }
}

function wordOf(side: FarSide): keyof VendorAnswers {
  if (side.kind !== 'refuses') return 'yes'
  if (side.retryAfterSeconds !== undefined) return 'pause'
  return side.passing ? 'notNow' : 'never'
}

async function seen(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<SentRequest> {
  const { dispatcher: _, signal: __, ...rest } = init ?? {}
  const request = new Request(input, rest)
  const text = await request.text()
  const { url, method, headers } = request
  return { url, method, headers, text, json: () => JSON.parse(text) }
}

const repeated = ({ url, headers, text }: SentRequest) =>
  `${url} ${JSON.stringify([...headers])} ${text}`

/** The same answer with `echo` in each of its texts. */
function echoed(body: unknown, echo: string): unknown {
  if (typeof body === 'string') return `${body} ${echo}`
  if (Array.isArray(body)) return body.map((one) => echoed(one, echo))
  if (typeof body !== 'object' || body === null) return body ?? echo
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, echoed(value, echo)]),
  )
}

function textOf(body: unknown): string | null {
  if (body === undefined) return null
  return typeof body === 'string' ? body : JSON.stringify(body)
}
