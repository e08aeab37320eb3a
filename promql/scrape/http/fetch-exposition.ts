/** Asks a target for its exposition, as Prometheus asks, and hands on what comes as it comes. */
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { fault } from '#api/errors'
import { request } from '#lib/http/node-http'
import type { Format } from '../exposition/tail.ts'
import { type Access, headersOf } from './access.ts'
import type { Connections } from './connections.ts'

export interface Question {
  readonly url: URL
  readonly access: Access
  readonly connections: Connections
  readonly timeoutMs: number
  /** Of the exposition, unpacked; 0: any. */
  readonly sizeMaxBytes: number
  readonly isCompressed: boolean
}

export interface Exposition {
  readonly format: Format
  readonly pieces: AsyncIterable<Buffer>
}

const redirectsMax = 10
const accepted =
  'text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;q=0.4,*/*;q=0.1'

/** Once `signal` aborts nothing more comes, and what was under way is thrown away. */
export async function fetchExposition(
  question: Question,
  signal: AbortSignal,
): Promise<Exposition> {
  const response = await follow(question, question.url, { signal, left: redirectsMax })
  const { statusCode = 0, statusMessage = '' } = response
  if (statusCode !== 200) {
    response.destroy()
    throw refused(`server returned HTTP status ${`${statusCode} ${statusMessage}`.trim()}`)
  }
  const format = formatOf(response.headers['content-type'] ?? '')
  return { format, pieces: piecesOf(response, question) }
}

const refused = (reason: string) => fault('PROMQL_SCRAPE_FAILED', { reason })

interface Following {
  readonly signal: AbortSignal
  readonly left: number
}

async function follow(
  question: Question,
  url: URL,
  { signal, left }: Following,
): Promise<IncomingMessage> {
  const response = await ask(question, url, signal)
  const { location } = response.headers
  const isMoved = [301, 302, 303, 307, 308].includes(response.statusCode ?? 0)
  if (!isMoved || location === undefined || !question.access.followsRedirects) return response
  response.destroy()
  if (left === 0) throw refused(`stopped after ${redirectsMax} redirects`)
  if (!URL.canParse(location, url.href)) throw refused('redirected to what is no address')
  return await follow(question, new URL(location, url), { signal, left: left - 1 })
}

async function ask(question: Question, url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const { access, connections, timeoutMs, isCompressed } = question
  // Secrets are for the one that was named, not for whoever it sends us to.
  const isSame = url.host === question.url.host
  const headers = {
    Accept: accepted,
    'Accept-Encoding': isCompressed ? 'gzip' : 'identity',
    'User-Agent': 'ZStone',
    'X-Prometheus-Scrape-Timeout-Seconds': String(timeoutMs / 1000),
    ...(isSame ? await headersOf(access) : {}),
  }
  const options = { agent: await connections.to(url), headers, signal }
  const send = url.protocol === 'https:' ? process.getBuiltinModule('node:https').request : request
  const once = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const sent = send(url, options, resolve)
      sent.on('error', (error) => reject(sent.reusedSocket ? new Unheard(error) : error)).end()
    })
  return await once().catch((error) => {
    if (error instanceof Unheard && !signal.aborted) return once()
    throw error
  })
}

/** A kept connection that the target had given up: it has not heard us. */
class Unheard extends Error {
  constructor(cause: unknown) {
    super('the connection was closed', { cause })
  }
}

/** What is not named is read as text, which is what the oldest exporters send. */
function formatOf(contentType: string): Format {
  const [mediaType = ''] = contentType.split(';', 1)
  if (mediaType.trim() === 'application/vnd.google.protobuf')
    throw refused('the target answers in protobuf; let it answer in text')
  return mediaType.trim() === 'application/openmetrics-text' ? 'openmetrics' : 'text'
}

function piecesOf(response: IncomingMessage, { sizeMaxBytes }: Question): AsyncIterable<Buffer> {
  const isPacked = response.headers['content-encoding'] === 'gzip'
  const pieces: Readable = isPacked ? unpacked(response) : response
  return sizeMaxBytes === 0 ? pieces : limited(pieces, sizeMaxBytes)
}

function unpacked(response: IncomingMessage): Readable {
  const gunzip = createGunzip({ chunkSize: 64 * 1024 })
  // What goes wrong on either side ends the pieces with that error.
  pipeline(response, gunzip).catch(() => {})
  return gunzip
}

async function* limited(pieces: AsyncIterable<Buffer>, sizeMaxBytes: number) {
  let sizeBytes = 0
  for await (const piece of pieces) {
    sizeBytes += piece.length
    if (sizeBytes >= sizeMaxBytes) throw refused('body size limit exceeded')
    yield piece
  }
}
