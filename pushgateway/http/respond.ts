/** Answers: small ones whole, large ones in chunks, packed where the client takes gzip. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { constants, createGzip } from 'node:zlib'
import { ZstoneError } from '#lib/errors'
import { sendText } from '#lib/http/message'
import type { Answer } from './routes.ts'

export function sendAnswer(response: ServerResponse, { status, headers, text }: Answer): void {
  const type = text === undefined ? {} : { 'Content-Type': 'text/plain; charset=utf-8' }
  response.writeHead(status, {
    ...type,
    ...headers,
    'Content-Length': Buffer.byteLength(text ?? ''),
  })
  response.end(text)
}

/** The status and one line of text, as the original answers; where to try again, when. */
export function sendFault(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const known = error instanceof ZstoneError
  if (known && error.retry && error.status >= 429) response.setHeader('Retry-After', '1')
  if (known && error.status === 408) response.setHeader('Connection', 'close')
  sendText(response, known ? error.status : 500, `${known ? error.message : 'Internal error'}\n`)
}

export interface Chunks {
  readonly contentType: string
  readonly headers?: Readonly<Record<string, string>>
  readonly chunks: AsyncIterable<Chunk>
}

/** What is written at once, in one piece or several. */
export type Chunk = string | Buffer | readonly Buffer[]

/** A client that hangs up ends the generator; that is no error of ours. */
export async function sendChunks(
  request: IncomingMessage,
  response: ServerResponse,
  { contentType, headers, chunks }: Chunks,
): Promise<void> {
  const packed = takesGzip(request)
  const coding = packed ? { 'Content-Encoding': 'gzip' } : {}
  response.writeHead(200, { 'Content-Type': contentType, ...headers, ...coding })
  if (!packed) return sendPlain(response, chunks)
  await sendPacked(response, chunks)
}

async function sendPacked(response: ServerResponse, chunks: AsyncIterable<Chunk>): Promise<void> {
  // Level 1 takes less than half the time of the default for nearly the same size.
  const gzip = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: 64 * 1024 })
  const sent = pipeline(gzip, response).catch((error) => {
    if (!response.destroyed) throw error
  })
  const join = createJoin()
  for await (const chunk of chunks) {
    if (gzip.destroyed) break
    const bytes = isList(chunk) ? join(chunk) : chunk
    await new Promise<void>((resolve) => gzip.write(bytes, () => resolve()))
  }
  gzip.end()
  await sent
}

/** Joins pieces in one buffer that each call overwrites: new ones would keep the collector busy. */
function createJoin(): (pieces: readonly Buffer[]) => Buffer {
  let joint = Buffer.alloc(0)
  return (pieces) => {
    const sizeBytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
    if (sizeBytes > joint.length) joint = Buffer.allocUnsafeSlow(sizeBytes)
    let at = 0
    for (const piece of pieces) at += piece.copy(joint, at)
    return joint.subarray(0, at)
  }
}

async function sendPlain(response: ServerResponse, chunks: AsyncIterable<Chunk>): Promise<void> {
  const gone = new Promise<void>((resolve) => response.once('close', resolve))
  for await (const chunk of chunks) {
    if (response.destroyed) return
    const pieces = isList(chunk) ? chunk : [chunk]
    const last = pieces.at(-1)
    if (last === undefined) continue
    response.cork() // The pieces reach the socket together.
    for (const piece of pieces.slice(0, -1)) response.write(piece)
    // Not by the event `drain`: it may never come where a corked socket has emptied at once.
    const isWritten = new Promise<void>((resolve) => response.write(last, () => resolve()))
    response.uncork()
    await Promise.race([isWritten, gone])
  }
  response.end()
}

const isList = (chunk: Chunk): chunk is readonly Buffer[] => Array.isArray(chunk)

function takesGzip(request: IncomingMessage): boolean {
  const accepted = String(request.headers['accept-encoding'] ?? '')
  return accepted
    .split(',')
    .some((part) => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/.test(part))
}
