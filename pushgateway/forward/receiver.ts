/** One receiver of remote_write: takes a request, or says why not and whether to try again. */
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { messageOf, ZstoneError } from '#lib/errors'
import type { RequestHeaders } from './request-headers.ts'

export interface Receiver {
  /** Throws `PUSHGATEWAY_FORWARD_FAILED`, with `waitMs` where it was told, or `…_REFUSED`. */
  send(body: Buffer, stop: AbortSignal): Promise<void>
  close(): void
}

export interface ReceiverOptions {
  readonly url: string
  readonly headers: RequestHeaders
  readonly timeoutMs: number
  readonly clock: Clock
}

const wordsMax = 256
/** A receiver may ask for patience, but not for so much that all is lost. */
const waitMsMax = 5 * 60_000

export function createReceiver({ url, headers, timeoutMs, clock }: ReceiverOptions): Receiver {
  const isTls = url.startsWith('https:')
  const agent = isTls
    ? new HttpsAgent({ keepAlive: true, maxSockets: 1 })
    : new HttpAgent({ keepAlive: true, maxSockets: 1 })
  const open = isTls ? httpsRequest : httpRequest

  const exchange = async (body: Buffer, signal: AbortSignal) => {
    const given = { ...(await headers()), 'Content-Length': body.length }
    const sent = open(url, { method: 'POST', agent, headers: given, signal })
    sent.end(body)
    const answer = await answerOf(sent)
    return { answer, words: await wordsOf(answer) }
  }
  return {
    async send(body, stop) {
      const patience = new AbortController()
      const timer = clock.after(timeoutMs, () => patience.abort())
      const signal = AbortSignal.any([patience.signal, stop])
      try {
        const { answer, words } = await exchange(body, signal)
        judge(answer, { url, words, nowMs: clock.nowMs() })
      } catch (cause) {
        if (!patience.signal.aborted) throw asFault(cause, url)
        throw failed(url, `no answer after ${timeoutMs} ms`)
      } finally {
        timer.cancel()
      }
    },
    close: () => agent.destroy(),
  }
}

function judge(
  { statusCode = 0, headers }: IncomingMessage,
  { url, words, nowMs }: { url: string; words: string; nowMs: number },
): void {
  if (statusCode >= 200 && statusCode < 300) return
  const reason = `it answered ${statusCode}: ${words}`
  if (statusCode !== 429 && statusCode < 500)
    throw fault('PUSHGATEWAY_FORWARD_REFUSED', { url, reason })
  const waitMs = waitOf(headers['retry-after'], nowMs)
  throw fault('PUSHGATEWAY_FORWARD_FAILED', { url, reason, waitMs })
}

const failed = (url: string, reason: string) =>
  fault('PUSHGATEWAY_FORWARD_FAILED', { url, reason, waitMs: 0 })

function asFault(cause: unknown, url: string): unknown {
  return cause instanceof ZstoneError ? cause : failed(url, messageOf(cause))
}

/** Seconds, or a date. */
function waitOf(text: string | undefined, nowMs: number): number {
  if (text === undefined) return 0
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  return Number.isNaN(waitMs) ? 0 : Math.min(Math.max(waitMs, 0), waitMsMax)
}

function answerOf(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve)
    sent.on('error', reject)
  })
}

/** The beginning of an answer on one line; the rest is read so that the connection can stay. */
async function wordsOf(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of answer as AsyncIterable<Buffer>)
    if (text.length < wordsMax) text += chunk.toString('utf8')
  return text.slice(0, wordsMax).replace(/\s+/g, ' ').trim()
}
