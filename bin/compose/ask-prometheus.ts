/** Asks a Prometheus HTTP API over the network: bounded in time and size, and again if it fails. */
import { fault } from '#api/errors'
import { systemClock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import { systemRandom } from '#lib/random'
import { retry } from '#lib/retry'
import type { Answer, Ask } from '#rules'

const limits = {
  /** A query may take two minutes at a Prometheus by default. */
  answerMs: 130_000,
  bodyBytes: 16 * 1024 ** 2,
}

const policy = { attempts: 4, firstDelayMs: 500, delayMsMax: 4000 }

/** User and password may stand in the URL. */
export function createAsk(url: URL): Ask {
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  const { username, password } = url
  const login = Buffer.from([username, password].map(decodeURIComponent).join(':'))
  const headers = {
    ...(username === '' ? {} : { Authorization: `Basic ${login.toString('base64')}` }),
  }
  return (path, parameters) =>
    retry({ ...policy, isPassing }, { clock: systemClock, random: systemRandom }, () =>
      askOnce(`${base}${path}`, { headers, parameters, source: base }),
    )
}

interface Asking {
  readonly headers: Readonly<Record<string, string>>
  readonly parameters: URLSearchParams
  /** Without the password. */
  readonly source: string
}

const isPassing = (error: unknown) =>
  typeof error === 'object' && error !== null && 'retry' in error && error.retry === true

/** Long expressions fit a body only. */
async function askOnce(url: string, { headers, parameters, source }: Asking): Promise<Answer> {
  const silent = (cause: unknown) =>
    fault('REPLAY_SOURCE_SILENT', { source, reason: `does not answer: ${messageOf(cause)}` })
  const isQuery = parameters.size > 0
  const signal = AbortSignal.timeout(limits.answerMs)
  const request = isQuery ? { method: 'POST', body: parameters } : {}
  try {
    const response = await fetch(url, { ...request, headers, signal })
    const text = await readText(response)
    if (text === undefined) return { kind: 'too much', reason: 'the answer is too long' }
    if (response.status >= 500 && !text.startsWith('{'))
      throw silent(`${response.status} ${response.statusText}`)
    return answerOf(response.status, text)
  } catch (error) {
    if (signal.aborted) return { kind: 'too much', reason: 'no answer in time' }
    throw isPassing(error) ? error : silent(error)
  }
}

/** Undefined: it is longer than is held. */
async function readText(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    if (length > limits.bodyBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

interface Body {
  readonly status?: string
  readonly data?: unknown
  readonly errorType?: string
  readonly error?: string
}

/** By Prometheus's kinds of errors; others are those of whoever stands in between. */
function answerOf(status: number, text: string): Answer {
  const { status: said, data, errorType, error } = bodyOf(text)
  if (said === 'success') return { kind: 'data', data }
  const reason = error ?? `${status}: ${text.slice(0, 200)}`
  if (/too many samples|maximum resolution/.test(reason) || errorType === 'timeout')
    return { kind: 'too much', reason }
  return { kind: errorType === 'execution' ? 'refused' : 'invalid', reason }
}

function bodyOf(text: string): Body {
  try {
    return JSON.parse(text) as Body // What the API documents; all of it may be absent.
  } catch {
    return {}
  }
}
