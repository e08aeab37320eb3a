/** Requests to one server over a connection that stays open. */
import type {
  ClientRequest,
  IncomingHttpHeaders,
  IncomingMessage,
  OutgoingHttpHeaders,
} from 'node:http'
import * as http from './node-http.ts'

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
  readonly headers: IncomingHttpHeaders
  /** The beginning of what it says. */
  readonly said: string
}

const answerBytesMax = 1024

export function openConnection(isTls: boolean): Connection {
  // TLS takes 4 MB, which a process on a plain network need not have.
  const { Agent, request: open } = isTls ? process.getBuiltinModule('node:https') : http
  const connections = new Agent({ keepAlive: true, maxSockets: 1 })
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
      const { statusCode: status = 0, headers: answered } = answer
      return { status, headers: answered, said: await textOf(answer) }
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
