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

/** The whole body; refuses early once it is over `limitBytes`. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  // Left open when it is too much: the answer still has to go out.
  const arriving: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false })
  for await (const chunk of arriving) {
    sizeBytes += chunk.length
    if (sizeBytes > limitBytes) {
      request.resume() // A client that still sends would not read the answer.
      throw bodyFault('BODY_TOO_LARGE', { limitBytes })
    }
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
}

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
