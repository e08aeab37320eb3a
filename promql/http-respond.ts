/** Writes an answer, packed for whoever takes it so: results are long, and much alike. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Answer } from './answers.ts'

const pack = promisify(gzip)

/** What is shorter is not worth it. */
const packedBytesMin = 1400

/** Throws where the answer is too long for one text. */
export async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { status, body }: Answer,
): Promise<void> {
  const text = JSON.stringify(body)
  const headers = { 'Content-Type': 'application/json', Vary: 'Accept-Encoding' }
  if (text.length < packedBytesMin || !takesGzip(request)) {
    response.writeHead(status, headers).end(text)
    return
  }
  const packed = await pack(text, { level: 1 })
  response.writeHead(status, { ...headers, 'Content-Encoding': 'gzip' }).end(packed)
}

function takesGzip({ headers }: IncomingMessage): boolean {
  const accepted = String(headers['accept-encoding'] ?? '').split(',')
  const [, quality = '1'] =
    accepted.map((one) => /^\s*gzip\s*(?:;\s*q=([\d.]+)\s*)?$/.exec(one)).find(Boolean) ?? []
  return accepted.some((one) => /^\s*gzip\b/.test(one)) && Number(quality) > 0
}
