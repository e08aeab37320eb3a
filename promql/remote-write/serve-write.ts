/** `POST /api/v1/write`: remote_write 1.0, answered once the samples are on disk. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fault } from '#api/errors'
import { messageOf, ZstoneError } from '#lib/errors'
import { readBody, sendText } from '#lib/http/message'
import { type Receiver, refusedText } from './receiver.ts'

export interface WriteOptions {
  readonly receiver: Receiver
  readonly bodyBytesMax: number
  /** Resolves with whether what was taken in is durable; undefined: it is in memory only. */
  readonly durable: () => Promise<boolean> | undefined
}

const path = '/api/v1/write'

/** False: the request is for somebody else. */
export function serveWrites(options: WriteOptions) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.url?.split('?')[0] !== path) return false
    void write(request, options).then(
      ({ isDurable }) => response.writeHead(204, durability(isDurable)).end(),
      (error) => {
        const status = error instanceof ZstoneError ? error.status : 500
        sendText(response, status, `${messageOf(error)}\n`)
      },
    )
    return true
  }
}

/** What is not durable says so. */
const durability = (isDurable: boolean) => ({
  'X-ZStone-Durability': isDurable ? 'disk' : 'memory',
})

async function write(request: IncomingMessage, options: WriteOptions) {
  const { method = '', headers } = request
  if (method !== 'POST') throw fault('METHOD_NOT_ALLOWED', { method, path, allowed: 'POST' })
  const type = headers['content-type'] ?? ''
  if (/io\.prometheus\.write\.v2/.test(type)) throw fault('PROMQL_WRITE_UNSUPPORTED', { type })
  const body = await readBody(request, options.bodyBytesMax)
  const { taken, refused } = options.receiver.receive(body)
  const isDurable = (await options.durable()) ?? false
  if (refused.size > 0)
    throw fault('PROMQL_WRITE_REFUSED', { taken, reasons: refusedText(refused) })
  return { isDurable }
}
