/** One PUT to the pushgateway over a connection that stays open. */
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { fault } from '#api/errors'
import { messageOf } from '#lib/errors'
import { contentType } from './expose.ts'

export interface Pusher {
  /** Replaces the group's metrics; rejects with `retry` false where a second try is in vain. */
  push(body: Buffer, traceparent: string, stop: AbortSignal): Promise<void>
  close(): void
}

export interface PushTarget {
  /** Base URL of the pushgateway, such as `http://127.0.0.1:9091`. */
  readonly url: string
  readonly instance: string
}

const answerBytesMax = 1024

export function createPusher(target: PushTarget): Pusher {
  const url = new URL(groupUrl(target))
  const isTls = url.protocol === 'https:'
  const connections = isTls
    ? new HttpsAgent({ keepAlive: true, maxSockets: 1 })
    : new HttpAgent({ keepAlive: true, maxSockets: 1 })
  const open = isTls ? httpsRequest : httpRequest
  return {
    async push(body, traceparent, stop) {
      const headers = {
        'Content-Type': contentType,
        'Content-Length': body.length,
        traceparent,
      }
      const sent = open(url, { method: 'PUT', agent: connections, headers, signal: stop })
      sent.end(body)
      const answer = await answerOf(sent).catch((cause) => {
        throw fault('PUSH_FAILED', { url: target.url, reason: reasonOf(cause, stop) })
      })
      const said = await textOf(answer)
      const status = answer.statusCode ?? 0
      if (status >= 200 && status < 300) return
      const code = status === 429 || status >= 500 ? 'PUSH_FAILED' : 'PUSH_REFUSED'
      throw fault(code, { url: target.url, reason: `it answered ${status}: ${said}` })
    },
    close: () => connections.destroy(),
  }
}

/** Grouping key job and instance, as the pushgateway reads its path. */
export function groupUrl({ url, instance }: PushTarget): string {
  return `${url.replace(/\/+$/, '')}/metrics/job/zstone/${segmentsOf('instance', instance)}`
}

/** What a path cannot hold as it is goes as base64: slashes, dots that mean folders, nothing. */
function segmentsOf(name: string, value: string): string {
  if (value === '') return `${name}@base64/=`
  if (!value.includes('/') && value !== '.' && value !== '..')
    return `${name}/${encodeURIComponent(value)}`
  return `${name}@base64/${Buffer.from(value, 'utf8').toString('base64url')}`
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

const reasonOf = (cause: unknown, stop: AbortSignal) =>
  stop.aborted ? 'there was no answer in time' : messageOf(cause)
