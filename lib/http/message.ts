/** Reading bodies and writing answers on a plain Node socket. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { faultsOf, messageOf, ZstoneError } from '../errors.ts'

export const bodyFault = faultsOf({
  BODY_TOO_LARGE: {
    status: 413,
    retry: false,
    message: 'Cannot read the request: its body is over {limitBytes} bytes',
  },
  BODY_NOT_JSON: {
    status: 400,
    retry: false,
    message: 'Cannot read the request: its body is not JSON: {reason}',
  },
})

/** The whole body; refuses early once it is over `limitBytes`, or when `signal` aborts. */
export function readBody(
  request: IncomingMessage,
  limitBytes: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  // Not an async iteration: leaving one early cuts the connection before the answer. What comes
  // beyond the limit is dropped for a while, because a client that still sends reads no answer.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let sizeBytes = 0
    const giveUp = (error: unknown) => {
      chunks.length = 0
      reject(error)
    }
    signal?.addEventListener('abort', () => giveUp(signal.reason))
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length
      if (sizeBytes > limitBytes) giveUp(bodyFault('BODY_TOO_LARGE', { limitBytes }))
      else if (signal?.aborted !== true) chunks.push(chunk)
      if (sizeBytes > limitBytes + droppedBytesMax) request.destroy()
    })
    let hasEnded = false
    request.on('end', () => {
      hasEnded = true
      const [only] = chunks
      resolve(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks))
    })
    request.on('error', reject)
    request.on('close', () => {
      if (!hasEnded) reject(new Error('The client hung up'))
    })
  })
}

const droppedBytesMax = 64 * 1024 * 1024

export async function readJson(request: IncomingMessage, limitBytes: number): Promise<unknown> {
  const body = await readBody(request, limitBytes)
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw bodyFault('BODY_NOT_JSON', { reason: messageOf(error) })
  }
}

export function sendText(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(body)
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

/** Problem details (RFC 9457) of an error; what is not ours becomes a 500 without its insides. */
export function problemOf(error: unknown): { status: number; body: object } {
  if (!(error instanceof ZstoneError))
    return { status: 500, body: { status: 500, code: 'INTERNAL', title: 'Internal error' } }
  const { status, code, message, retry, details } = error
  return { status, body: { status, code, title: message, retry, details } }
}
