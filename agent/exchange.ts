/** Requests to one server over a connection that stays open. */
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

export interface Connection {
  /** Rejects where there is no answer; an answer of any status is one. */
  exchange(asked: Asked, stop: AbortSignal): Promise<Answer>
  close(): void
}

export interface Asked {
  readonly method: 'HEAD' | 'POST' | 'PUT'
  readonly url: URL
  readonly headers?: OutgoingHttpHeaders
  readonly body?: Buffer
}

export interface Answer {
  readonly status: number
  /** The beginning of what it says. */
  readonly said: string
  /** The clock of the server as its header `Date` has it, in whole seconds. */
  readonly dateMs: number | undefined
}

const answerBytesMax = 1024

export function openConnection(isTls: boolean): Connection {
  const connections = isTls
    ? new HttpsAgent({ keepAlive: true, maxSockets: 1 })
    : new HttpAgent({ keepAlive: true, maxSockets: 1 })
  const open = isTls ? httpsRequest : httpRequest
  return {
    async exchange({ method, url, headers = {}, body }, stop) {
      const size = body === undefined ? {} : { 'Content-Length': body.length }
      const sent = open(url, {
        method,
        agent: connections,
        headers: { ...headers, ...size },
        signal: stop,
      })
      sent.end(body)
      const answer = await answerOf(sent)
      const dateMs = Date.parse(answer.headers.date ?? '')
      return {
        status: answer.statusCode ?? 0,
        said: await textOf(answer),
        dateMs: Number.isNaN(dateMs) ? undefined : dateMs,
      }
    },
    close: () => connections.destroy(),
  }
}

/** As it may be shown: without a password. */
export function shownUrl(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null || (parsed.username === '' && parsed.password === '')) return url
  parsed.username = ''
  parsed.password = ''
  return parsed.href
}

function answerOf(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve)
    sent.on('error', reject)
  })
}

/** The first of it; the rest is read and dropped, so that the connection can serve again. */
async function textOf(answer: IncomingMessage): Promise<string> {
  let text = ''
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>)
      if (text.length < answerBytesMax) text += chunk.toString('utf8')
  } catch {
    // Its status is known; of the reason there is what came.
  }
  return text.slice(0, answerBytesMax).trim()
}
